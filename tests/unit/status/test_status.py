"""`picluster status` with a pyinfra and a ResourceManager that are played."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.console import Console
from typing_extensions import override

from picluster.checks.verdict import AskError
from picluster.cli import main
from picluster.drift.log import Log
from picluster.plan.status import BoardStatus, DiskUse, SwarmEntry
from picluster.pyinfra_command import PATIENCE, Ran
from picluster.status import asking, report
from picluster.status.node_use import NodeUse

ROOT = Path(__file__).parents[3]
BOARDS = ("pi8", "pi4", "pi2a", "pi2b", "pi1a", "pi1b", "pi1c")
GONE = """    [pi1b] Could not connect ([Errno None] Unable to connect to port 22 on 192.168.1.16)
    pi1b does not answer at 192.168.1.16. Is it switched on and plugged in?
"""
FACT = "facts.status.Status (_timeout=6)"
DISK = DiskUse(mount="/", size_kb=30_000_000, available_kb=22_800_000)


def entry(name: str, **change: str) -> SwarmEntry:
    manager = {"pi8": "leader", "pi4": "reachable", "pi2a": "reachable"}.get(name, "")
    made = SwarmEntry(id=name, hostname=name, state="ready", availability="active", manager=manager)
    return {**made, **change}  # type: ignore[typeddict-item]


def said(name: str, **change: Any) -> BoardStatus:
    made = BoardStatus(
        celsius=48.3,
        throttled=0,
        undervolted=False,
        heat="cool",
        undervolted_seconds_ago=None,
        memory_kb=931_400,
        available_kb=402_100,
        disks=[DISK],
        up_seconds=270_000,
        docker="active",
        swarm=[entry(board) for board in BOARDS] if name in BOARDS[:3] else None,
    )
    return {**made, **change}  # type: ignore[typeddict-item]


def use(name: str, **change: Any) -> NodeUse:
    made = {"nodeHostName": f"{name}.picluster", "state": "RUNNING", "usedMemoryMB": 256}
    made |= {"availMemoryMB": 512, "usedVirtualCores": 1, "availableVirtualCores": 3}
    return NodeUse.model_validate(made | change)


class Played:
    """What the boards, and YARN, say when they are asked next."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        patch.setattr("picluster.status.asking.pyinfra_command.run", self._run)
        patch.setattr("picluster.status.yarn_use.ask", lambda _plan: self._yarn())
        self.uses: dict[str, NodeUse] | AskError = {name: use(name) for name in BOARDS}
        self.boards = {name: said(name) for name in BOARDS}
        self.called: list[Any] = []
        self.prints()

    def _run(
        self, root: Path, words: list[str], tell: Callable[[str], None], variables: dict[str, str]
    ) -> Ran:
        self.called = [root, words, variables]
        for line in self._log.splitlines(keepends=True):
            tell(line)
        return Ran(self._code, self._answer)

    def _yarn(self) -> dict[str, NodeUse]:
        if isinstance(self.uses, AskError):
            raise self.uses
        return self.uses

    def prints(self, log: str = "", code: int = 0, answer: str | None = None) -> None:
        self._log, self._code = log, code
        self._answer = json.dumps({FACT: self.boards}) if answer is None else answer

    def without(self, name: str, log: str = GONE) -> None:
        """One board is not there."""
        self.boards.pop(name)
        self.prints(log, 1)


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Played:
    monkeypatch.chdir(ROOT / "docs")
    monkeypatch.setenv("PICLUSTER_CONFIG", str(ROOT / "cluster.example.toml"))
    return Played(monkeypatch)


def status(*words: str) -> Result:
    result = CliRunner().invoke(main, ["status", *words], prog_name="picluster")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def data() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(status("--json").stdout)
    assert found.pop("seconds") >= 0
    return found


def row(name: str, output: str) -> list[str]:
    """Cells of a board, each as one line."""
    lines = [line.split("│")[1:-1] for line in output.splitlines() if line.startswith("│")]
    names = [cells[0].strip() for cells in lines]
    start = names.index(name)
    end = next((at for at in range(start + 1, len(names)) if names[at]), len(names))
    return [" ".join(" ".join(parts).split()) for parts in zip(*lines[start:end], strict=True)]


def concerns(name: str) -> list[str]:
    (board,) = [board for board in data()["boards"] if board["board"] == name]
    found: list[str] = board["concerns"]
    return found


def test_all_is_well(cluster: Played) -> None:
    result = status()
    assert result.exit_code == 0
    assert "7 of 7 boards answer; all is well (" in result.stdout
    assert row("pi1a", result.stdout) == [
        "pi1a",
        "3B+ 1 GB",
        "48.3 °C cool",
        "no",
        "57 % of 909 MiB",
        "/ 24 % of 28.6 GiB",
        "3 d 3 h",
        "datanode nodemanager",
        "ready",
        "256/768 MiB, 1/4 vcores",
    ]
    assert "ready, leader" in result.stdout
    assert "\x1b" not in result.stdout, "no colours but on a terminal"
    words = ["--json", "--data", "ssh_connect_retries=0", "fact", "facts.status.Status"]
    assert cluster.called == [ROOT, [*words, "_timeout=6"], {PATIENCE: "1"}]


def test_a_dead_board_is_shown_as_dead_and_the_others_as_they_are(cluster: Played) -> None:
    cluster.without("pi1b")
    result = status()
    assert result.exit_code == 3
    assert row("pi1b", result.stdout)[:3] == ["pi1b", "3B+ 1 GB", "dead"]
    assert row("pi1a", result.stdout)[2] == "48.3 °C cool"
    assert "pi1b: Could not connect" in result.stdout
    assert "Is it switched on" in result.stdout
    assert "6 of 7 boards answer; 1 needs a look" in result.stdout
    dead = next(board for board in data()["boards"] if board["board"] == "pi1b")
    assert (dead["state"], "celsius" in dead) == ("dead", False)


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("[pi1b] SSH error (Error reading SSH protocol banner)", "dead"),
        ("[pi1b] SSH host key error (Host key does not match.)", "silent"),
        ("[pi1b] Authentication error (username=pi)", "silent"),
        ("[pi1b] FactProcessError: the board could not tell its 'celsius'", "silent"),
        ("[pi1b] Command timed out after 6s", "dead"),
        ("nothing at all", "silent"),
    ],
)
def test_a_board_that_lives_and_does_not_tell_is_no_dead_one(
    cluster: Played, line: str, state: str
) -> None:
    cluster.without("pi1b", f"    {line}\n")
    board = next(board for board in data()["boards"] if board["board"] == "pi1b")
    assert board["state"] == state
    assert board["concerns"][0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"celsius": 76.0}, "hot: 76.0 °C, hot from 75 °C"),
        ({"celsius": 90.0}, "critical: 90.0 °C"),
        ({"undervolted": True}, "wants 12.8 W)"),
        ({"throttled": 0x1}, "undervolted: give it another power supply"),
        ({"throttled": 0x4}, "hot: throttled by the firmware"),
        ({"available_kb": 20_000}, "only 19 MiB of memory are available"),
        ({"docker": "failed"}, "its Docker engine does not run (failed)"),
        ({"docker": ""}, "its Docker engine does not run (not there)"),
        ({"disks": [{**DISK, "available_kb": 1000}]}, "/ is 100 % full"),
    ],
)
def test_what_needs_a_look(cluster: Played, change: dict[str, Any], words: str) -> None:
    cluster.boards["pi1a"] = said("pi1a", **change)
    cluster.prints()
    assert status().exit_code == 3
    (concern,) = concerns("pi1a")
    assert words in concern
    assert f"pi1a: {concern[:60]}" in status().stdout


@pytest.mark.parametrize(
    "change",
    [
        {"celsius": 62.0},
        {"celsius": None},
        {"throttled": 0x80008},
        {"throttled": None},
        {"throttled": 0xF0000},
    ],
)
def test_what_does_not(cluster: Played, change: dict[str, Any]) -> None:
    """A 3B+ at its soft limit, or a flag that is over, is everyday's."""
    cluster.boards["pi1a"] = said("pi1a", **change)
    cluster.prints()
    assert status().exit_code == 0


@pytest.mark.parametrize(
    ("change", "cell", "words"),
    [
        ({"state": "down"}, "down", "the Swarm sees it down"),
        ({"hostname": "other"}, "not in it", "the Swarm does not know it"),
        ({"manager": "unreachable"}, "ready, unreachable", "do not reach it"),
        ({"availability": "pause"}, "ready, pause", None),
    ],
)
def test_the_swarm(cluster: Played, change: dict[str, str], cell: str, words: str | None) -> None:
    listed = [entry(name, **(change if name == "pi1a" else {})) for name in BOARDS]
    for name in BOARDS[:3]:
        cluster.boards[name] = said(name, swarm=listed)
    cluster.prints()
    assert row("pi1a", status().stdout)[8] == cell
    assert [words in concern for concern in concerns("pi1a") if words] == ([True] if words else [])


def test_the_next_manager_tells_of_a_swarm_whose_first_is_gone(cluster: Played) -> None:
    listed = [entry(name, **({"state": "down"} if name == "pi8" else {})) for name in BOARDS]
    cluster.boards["pi4"] = said("pi4", swarm=listed)
    cluster.without("pi8", GONE.replace("pi1b", "pi8"))
    output = status().stdout
    assert row("pi8", output)[2] == "dead"
    assert row("pi8", output)[8] == "down, leader"


def test_no_manager_tells(cluster: Played) -> None:
    for name in BOARDS[:3]:
        cluster.boards[name] = said(name, swarm=None)
    cluster.prints()
    assert status().exit_code == 3
    assert row("pi1a", status().stdout)[8] == "not known"
    assert "no manager tells of the Swarm (pi8, pi4, pi2a)" in data()["concerns"][0]
    assert concerns("pi1a") == []


def test_yarn(cluster: Played) -> None:
    unhealthy = use("pi1a", state="UNHEALTHY", healthReport="ERROR hot:\n 83 °C")
    cluster.uses = {name: use(name) for name in BOARDS if name != "pi1c"} | {"pi1a": unhealthy}
    output = status().stdout
    assert row("pi1a", output)[9] == "unhealthy"
    assert row("pi1c", output)[9] == ""
    assert concerns("pi1a") == ["YARN gives it no work: UNHEALTHY, ERROR hot: 83 °C"]
    assert "YARN does not see it" in concerns("pi1c")[0]


def test_a_resourcemanager_that_is_silent(cluster: Played) -> None:
    cluster.uses = AskError("nobody answers at http://192.168.1.11:8088", "see its journal")
    assert status().exit_code == 3
    expected = ["YARN: nobody answers at http://192.168.1.11:8088; see its journal"]
    assert data()["concerns"] == expected
    assert concerns("pi1a") == []


@pytest.mark.parametrize(
    ("log", "answer"),
    [
        ("--> pyinfra error: No inventory\n", ""),
        ("", "not JSON"),
        ("", "[]"),
        ("", '{"a": {}, "b": {}}'),
        ("", ""),
    ],
)
def test_nothing_is_known(cluster: Played, log: str, answer: str) -> None:
    cluster.prints(log, 1, answer)
    result = status()
    assert result.exit_code == 1
    assert "Nothing is known: " in result.stdout
    assert data()["failure"]


def test_nobody_answers(cluster: Played) -> None:
    log = "".join(GONE.replace("pi1b", name) for name in BOARDS)
    cluster.prints(log + "--> pyinfra error: No hosts remaining!\n", 1, "")
    result = status()
    assert result.exit_code == 1
    assert "0 of 7 boards answer; 7 need a look" in result.stdout
    assert "failure" not in data()


def test_watching_ends_well_with_ctrl_c(cluster: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr("picluster.cli.status.time.sleep", wait)
    result = status("--watch", "--every", "2")
    assert result.exit_code == 0
    assert waits == [2, 2]
    assert result.stdout.count("7 of 7 boards answer") == 2


def test_watching_a_terminal_that_is_lower_than_the_table(
    cluster: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What needs a look stands where it is not cut off; the cursor is there again at the end."""
    cluster.without("pi1b")
    shown = io.StringIO()
    terminal = Console(file=shown, force_terminal=True, width=150, height=10)
    monkeypatch.setattr("picluster.cli.status.console", lambda: terminal)
    monkeypatch.setattr("picluster.cli.status.sys", SimpleNamespace(stdout=Terminal()))
    monkeypatch.setattr("picluster.cli.status.time.sleep", interrupt)
    assert status("--watch").exit_code == 0
    text = shown.getvalue()
    assert text.index("pi1b: Could not connect") < text.index("┏")
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h") == 1
    assert text.endswith("\x1b[?25h")


class Terminal(io.StringIO):
    """Somebody looks."""

    @override
    def isatty(self) -> bool:
        return True


def interrupt(_seconds: float) -> None:
    raise KeyboardInterrupt


def test_ctrl_c_during_the_first_look_of_watching(
    cluster: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("picluster.status.asking.pyinfra_command.run", _interrupted)
    result = status("--watch")
    assert (result.exit_code, result.stdout) == (0, "")


def _interrupted(*_: object) -> Ran:
    raise KeyboardInterrupt


@pytest.mark.parametrize(("variable", "colours"), [(None, True), ("1", False)])
def test_colours(
    cluster: Played, monkeypatch: pytest.MonkeyPatch, variable: str | None, colours: bool
) -> None:
    """On a terminal, and not where NO_COLOR asks for none."""
    cluster.without("pi1b")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    if variable is not None:
        monkeypatch.setenv("NO_COLOR", variable)
    shown = io.StringIO()
    terminal = Console(file=shown, force_terminal=True, width=150, highlight=False)
    monkeypatch.setattr("picluster.cli.status.console", lambda: terminal)
    assert status().exit_code == 3
    assert ("\x1b[1;31m" in shown.getvalue()) is colours
    assert ("\x1b[33m" in shown.getvalue()) is colours


def test_the_shape_is_the_one_that_is_documented(cluster: Played) -> None:
    page = (ROOT / "docs" / "status.md").read_text()
    sample = json.loads(page[page.index("    {\n") :].partition("\n\n")[0])
    found = json.loads(status("--json").stdout)
    assert shape(found) == shape(sample)


def shape(value: Any) -> Any:
    """Keys, and the kinds of their values; of a list those of its first."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value and not isinstance(value[0], str) else []
    return type(value)


def test_a_board_that_hangs(cluster: Played) -> None:
    cluster.without("pi1b", "    [pi1b] SSH error (it took the connection)\n    pi1b hangs\n")
    assert row("pi1b", status().stdout)[2] == "dead"
    assert concerns("pi1b") == ["SSH error (it took the connection). pi1b hangs"]


@pytest.mark.parametrize("state", ["LOST", "DECOMMISSIONED", "SHUTDOWN"])
def test_a_nodemanager_that_is_gone(cluster: Played, state: str) -> None:
    """YARN lists it for a while, with an empty report of its health."""
    cluster.uses = {name: use(name) for name in BOARDS} | {"pi1a": use("pi1a", state=state)}
    assert row("pi1a", status().stdout)[9] == state.lower()
    assert concerns("pi1a") == [f"YARN gives it no work: {state}"]


@pytest.mark.parametrize("words", [["--watch", "--json"], ["--every", "0"], ["pi8"]])
def test_wrong_usage(cluster: Played, words: list[str]) -> None:
    assert status(*words).exit_code == 2


def test_a_wrong_cluster_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PICLUSTER_CONFIG", str(tmp_path / "none.toml"))
    result = status()
    assert result.exit_code == 1
    assert "there is no such file" in result.stderr


def test_answers_of_a_fact_that_failed_are_none() -> None:
    found = asking.read('{"a": {"pi8": null, "pi4": {}}}', Log(), ["pi8", "pi4"])
    assert (set(found.answers), set(found.silent)) == ({"pi4"}, {"pi8"})


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 min"), (59, "0 min"), (3599, "59 min"), (3600, "1 h 0 min"), (90_000, "1 d 1 h")],
)
def test_durations(seconds: int, text: str) -> None:
    assert report.duration(seconds) == text


@pytest.mark.parametrize(
    ("throttled", "undervolted", "text"),
    [
        (None, False, "not told"),
        (None, True, "undervoltage now"),
        (0, False, "no"),
        (0, True, "undervoltage now"),
        (0x50000, False, "undervoltage, throttled earlier"),
        (0x50004, False, "throttled now; undervoltage earlier"),
    ],
)
def test_flags_in_words(throttled: int | None, undervolted: bool, text: str) -> None:
    board = said("pi8", throttled=throttled, undervolted=undervolted)
    assert report.throttled(board) == text
