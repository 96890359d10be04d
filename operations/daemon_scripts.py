"""The shell scripts that stop, start and restart daemons; each ends when they do their work."""

from collections.abc import Iterable, Mapping
from shlex import quote

from pyinfra.api import StringCommand

from facts.service import RECORDS

READY_SECONDS = 300
"""A NameNode on a Pi 3 with a slow card, while all other daemons of its board start as well."""

_STOP = """systemctl daemon-reload
systemctl --quiet disable -- {units}
timeout 600 systemctl stop -- {units}
for unit in {units}; do
  if systemctl --quiet is-active "$unit"; then echo "$unit did not stop" >&2; exit 1; fi
  rm -f -- "{records}/$unit.started"
done
systemctl reset-failed -- {units} 2>/dev/null
exit 0"""

# The clock of a board without a battery may jump: uptime does not.
_FUNCTIONS = """uptime() { read -r seconds rest </proc/uptime; echo "${seconds%%.*}"; }
complain() {
  echo "$1 $2; the end of its log:" >&2
  journalctl -u "$1" -n 15 --no-pager -o cat >&2
  exit 1
}
wait_for() {
  deadline=$(($(uptime) + SECONDS_TO_WAIT))
  until curl -s -f --noproxy '*' --max-time 10 -- "$2" 2>/dev/null | grep -qF -e "$3"; do
    case "$(systemctl show --property=ActiveState,NRestarts -- "$1")" in
    *ActiveState=failed*|*ActiveState=inactive*) complain "$1" 'ended instead of starting' ;;
    *NRestarts=[3-9]*|*NRestarts=[1-9][0-9]*) complain "$1" 'ends again and again' ;;
    esac
    if [ "$(uptime)" -ge "$deadline" ]; then
      complain "$1" "does not answer after SECONDS_TO_WAIT seconds"
    fi
    sleep 0.5
  done
}
systemctl daemon-reload || exit 1""".replace("SECONDS_TO_WAIT", str(READY_SECONDS))


def stopping(units: Iterable[str]) -> StringCommand:
    """Stops units and has them start no more."""
    return StringCommand(_STOP.format(units=" ".join(map(quote, units)), records=RECORDS))


def starting(
    disabled: Iterable[str], down: Iterable[str], ready: Mapping[str, str]
) -> StringCommand:
    """Has units start at boot, and starts those that are down one after the other."""
    lines = [_FUNCTIONS]
    for unit in map(quote, disabled):
        lines.append(f"systemctl --quiet unmask {unit}; systemctl --quiet enable {unit} || exit 1")
    lines += [line for unit in down for line in _run("start", unit, ready)]
    return StringCommand("\n".join(lines))


def restarting(units: Iterable[str], ready: Mapping[str, str]) -> StringCommand:
    """Restarts units one after the other."""
    return StringCommand(
        "\n".join([_FUNCTIONS, *(line for u in units for line in _run("restart", u, ready))])
    )


def _run(verb: str, unit: str, ready: Mapping[str, str]) -> list[str]:
    name = quote(unit)
    lines = [
        f"systemctl reset-failed {name} 2>/dev/null",
        f"timeout 600 systemctl {verb} {name} || complain {name} 'did not start'",
    ]
    if unit in ready:
        url, _, text = ready[unit].partition(" ")
        # Any answer holds the empty text, but no answer must not count as one.
        lines.append(f"wait_for {name} {quote(url)} {quote(text)}")
    return lines
