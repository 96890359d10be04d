// Puts what the boards say of themselves into the table. A board hands in a look every few seconds;
// its age is told by this server's clock alone, whatever the clocks of board and reader say.
"use strict";

const table = document.querySelector("table[data-figures]");
const rows = [...table.querySelectorAll("tr[data-board]")];
const trouble = document.getElementById("trouble");
const LOOK_MS = Number(table.dataset.seconds) * 1000;
const STALE_MS = Number(table.dataset.stale) * 1000;
const SHOW_MS = 5000;
const PATIENCE_MS = 8000;
const BANDS = ["cool", "warm", "hot", "critical"];
// Bits 0 to 3 of `vcgencmd get_throttled`; those of since the boot stand 16 higher.
const FLAGS = ["undervoltage", "clock capped", "throttled", "soft temperature limit"];

const looks = new Map();

function cell(row, figure) {
  return row.querySelector(`[data-figure="${figure}"]`);
}

function write(place, text) {
  // Only what changes is written, so that a screen reader and a selection stay at rest.
  if (place.textContent !== text) {
    place.textContent = text;
  }
}

function flags(bits) {
  return FLAGS.filter((_, bit) => (bits >> bit) & 1);
}

function power(figure) {
  const known = /^0x[0-9a-f]{1,8}$/i.test(figure.throttled);
  const bits = known ? Number.parseInt(figure.throttled, 16) : 0;
  const now = flags(bits);
  if (figure.undervolted === true && !now.includes(FLAGS[0])) {
    now.unshift(FLAGS[0]);
  }
  if (now.length) {
    return `${now.join(", ")} now`;
  }
  const before = flags(bits >> 16);
  if (before.length) {
    return `fine; since the boot: ${before.join(", ")}`;
  }
  return known ? "fine" : "no alarm";
}

function ago(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  return seconds < 100 ? `${seconds} s ago` : `${Math.round(seconds / 60)} min ago`;
}

function since(age) {
  const moment = new Date(Date.now() - age);
  const today = moment.toDateString() === new Date().toDateString();
  const clock = moment.toLocaleTimeString([], {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  return today ? clock : `${moment.toLocaleDateString()}, ${clock}`;
}

function show(row) {
  const look = looks.get(row);
  if (!look) {
    return;
  }
  if (!look.figure) {
    write(cell(row, "seen"), "nothing heard yet");
    return;
  }
  const { figure } = look;
  const celsius = cell(row, "celsius");
  const isNumber = typeof figure.celsius === "number";
  write(celsius, isNumber ? `${figure.celsius.toFixed(1)} °C` : "no sensor");
  const band = cell(row, "band");
  const name = BANDS.includes(figure.band) ? figure.band : "unknown";
  if (band.dataset.band !== name) {
    const chip = document.createElement("span");
    chip.className = `band band-${name}`;
    chip.textContent = name;
    band.replaceChildren(chip);
    band.dataset.band = name;
  }
  band.title = String(figure.reason).slice(0, 100);
  write(cell(row, "power"), power(figure));
  const age = look.age + performance.now() - look.at;
  const silent = age > STALE_MS;
  row.classList.toggle("silent", silent);
  write(cell(row, "seen"), silent ? `silent since ${since(age)}` : ago(age));
}

async function ask(row) {
  const url = `${table.dataset.figures}/${row.dataset.board}.json`;
  const answer = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) {
    throw new Error(`${url} answers ${answer.status}`);
  }
  const at = performance.now();
  if (answer.status === 204) {
    looks.set(row, { figure: null, age: 0, at });
    return;
  }
  const age = Date.parse(answer.headers.get("Date")) - Date.parse(answer.headers.get("Last-Modified"));
  const figure = await answer.json();
  if (figure === null || typeof figure !== "object" || Number.isNaN(age)) {
    throw new Error(`${url} is no look of a board`);
  }
  looks.set(row, { figure, age: Math.max(0, age), at });
}

async function lookAround() {
  const answers = await Promise.allSettled(rows.map(ask));
  const unheard = rows.filter((_, index) => answers[index].status === "rejected");
  const names = unheard.map((row) => row.dataset.board).join(", ");
  const all = unheard.length === rows.length;
  write(
    trouble,
    unheard.length === 0
      ? ""
      : all
        ? "This page's server does not answer; the figures below are old."
        : `No figures could be read of: ${names}.`,
  );
  rows.forEach(show);
  setTimeout(lookAround, LOOK_MS);
}

setInterval(() => rows.forEach(show), SHOW_MS);
lookAround();
