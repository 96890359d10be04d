"""`picluster drift` with a pyinfra that prints what was recorded of a real one.

The logs are of pyinfra 3.10 on three simulated boards: one refused, one without power, one with
another SSH key, and so on; addresses and paths are examples.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from picluster.cli import main
from picluster.drift.log import Log
from picluster.plan.drift import VARIABLE, Difference, Unseen

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent
PLAN = (HERE / "plan.json").read_text()
HOST_NAME = ("Base | Set the host name", "bda3e7df5d14654f03f833a1ea7a6a5a33194bc7")
DOCKER = ("Docker | Start Docker", "5983322b376aec0aff883c68e484d0b416bb447a")
NAME = Difference("pi8", *HOST_NAME, "host name now", "wrong", "pi8")
STOPPED = Difference("pi8", *DOCKER, "Docker Engine", "does not run", "runs")
UNNOTED = Difference("pi1a", *DOCKER, DOCKER[0], "not as planned", "as planned")
CLEAN = json.dumps({"plan": [], "results": None})
BOARDS = ("pi8", "pi4", "pi2a", "pi2b", "pi1a", "pi1b", "pi1c")
SOME = ("--limit", "pi8", "--limit", "pi2a", "--limit", "pi1a")
"""The boards that the recorded logs are of."""
QUIET = "--> Connecting to hosts...\n    [pi8]  Connected\n" + "".join(
    f"    [{board}] Ready: deploys/all.py\n" for board in BOARDS
)


class Played:
    """What the next pyinfra prints and notes, and how it was called."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        script = folder / "pyinfra.py"
        script.write_text(
            "import os, pathlib, shutil, sys\n"
            f"here = pathlib.Path({str(folder)!r})\n"
            f"notes = os.environ[{VARIABLE!r}]\n"
            "shutil.copy(here / 'notes', notes)\n"
            "(here / 'called').write_text('\\n'.join([os.getcwd(), *sys.argv[1:]]))\n"
            "sys.stderr.write((here / 'log').read_text())\n"
            "sys.stdout.write((here / 'plan').read_text())\n"
            "sys.exit(int((here / 'code').read_text()))\n"
        )
        patch.setattr("picluster.pyinfra_command.PYINFRA", (sys.executable, str(script)))
        self.prints()

    def prints(
        self, log: str = QUIET, plan: str = CLEAN, code: int = 0, *noted: Difference | Unseen
    ) -> None:
        """What pyinfra does from now on."""
        files = {"log": log, "plan": plan, "code": str(code)}
        files["notes"] = "".join(one.line() for one in noted)
        for name, text in files.items():
            (self._folder / name).write_text(text)

    @property
    def called(self) -> list[str]:
        """Its working folder and its words."""
        return (self._folder / "called").read_text().splitlines()


@pytest.fixture
def pyinfra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Played:
    monkeypatch.chdir(ROOT / "docs")
    monkeypatch.setenv("PICLUSTER_CONFIG", str(ROOT / "cluster.example.toml"))
    return Played(tmp_path, monkeypatch)


def drift(*words: str) -> Result:
    result = CliRunner().invoke(main, ["drift", *words], prog_name="picluster")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def data(*words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(drift("--json", *words).stdout)
    assert found.pop("seconds") >= 0
    return found


def recorded(name: str) -> str:
    return (HERE / "logs" / f"{name}.log").read_text()


def test_no_difference(pyinfra: Played) -> None:
    result = drift()
    assert result.exit_code == 0
    assert result.stdout.startswith("no differences on 7 boards (")
    assert data() == {"drift": [], "silent": [], "unseen": []}
    assert pyinfra.called == [str(ROOT), "inventory.py", "deploys/all.py", "--dry", "--json"]


def test_differences_in_the_order_of_boards_and_of_the_plan(pyinfra: Played) -> None:
    pyinfra.prints(QUIET, PLAN, 0, STOPPED, NAME, STOPPED)
    assert drift("--json").exit_code == 3
    assert [(row["board"], row["what"]) for row in data()["drift"]] == [
        ("pi8", "host name now"),
        ("pi8", "Docker Engine"),
        # Announced, and noted by nobody: it must not be hidden.
        ("pi1a", "Docker | Start Docker"),
    ]
    assert data()["drift"][0] == {
        "board": "pi8",
        "operation": "Base | Set the host name",
        "what": "host name now",
        "found": "wrong",
        "wanted": "pi8",
    }


def test_the_table(pyinfra: Played) -> None:
    pyinfra.prints(QUIET, PLAN, 0, NAME, STOPPED, UNNOTED)
    result = drift()
    assert result.exit_code == 3
    (row,) = [line for line in result.stdout.splitlines() if "host name now" in line]
    assert [cell.strip() for cell in row.split("│")[1:-1]] == ["pi8", *row_of(NAME)]
    assert "Base | Set the host name" not in result.stdout
    assert "3 differences on 2 of 7 boards; a deploy puts them right" in result.stdout
    assert "Base | Set the host name" in drift("-v").stdout


def row_of(difference: Difference) -> list[str]:
    return [difference.what, difference.found, difference.wanted]


@pytest.mark.parametrize("words", ["[red]y[/red]", "a:key:b \\", "\\[all]"])
def test_words_are_shown_as_they_are(pyinfra: Played, words: str) -> None:
    pyinfra.prints(QUIET, PLAN, 0, Difference("pi8", *HOST_NAME, "x", words, "[all]"))
    (row,) = [line for line in drift().stdout.splitlines() if "[all]" in line and "│ x" in line]
    assert [cell.strip() for cell in row.split("│")[1:-1]] == ["pi8", "x", words, "[all]"]


@pytest.mark.parametrize(
    ("log", "plan", "silent"),
    [
        ("refused", PLAN, {"pi1a": "pi1a is refused: its release is buster, not bookworm"}),
        (
            "other-key",
            PLAN,
            {
                "pi1a": "and accept the new one: picluster trust pi1a",
                "pi2a": "pi2a does not answer",
            },
        ),
        ("sudo", PLAN, {"pi1a": "run once: picluster sudo pi1a", "pi2a": "Is it switched on"}),
        (
            "nobody",
            "",
            {"pi1a": "ssh-copy-id pi@192.0.2.13", "pi8": "Is it", "pi2a": "Is it"},
        ),
    ],
)
def test_boards_that_cannot_be_looked_at(
    pyinfra: Played, log: str, plan: str, silent: dict[str, str]
) -> None:
    pyinfra.prints(recorded(log), plan, 1, NAME)
    result = drift(*SOME)
    assert result.exit_code == 1
    assert "host name now" in result.stdout, "what is known is shown all the same"
    assert "that are known of; not all could be looked at" in result.stdout
    found = data(*SOME)
    assert "failure" not in found
    assert {row["board"] for row in found["silent"]} == set(silent)
    for row in found["silent"]:
        assert silent[row["board"]] in row["reason"]
        assert "\n" not in row["reason"]
        assert row["reason"] in result.stdout


WARNINGS = """    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!
    [pi1a] did not answer: the connection broke: timed out
    [pi1a] this kernel has no ip_vs, ip_vs_rr; what needs it will not work here
    The kernel of pi8 has no ip_vs: ports that a service publishes are dead there
"""


def test_a_warning_is_no_trouble(pyinfra: Played) -> None:
    """Also not where an error of another board makes the log be read."""
    error = "    [pi2a] Error: its disk is full\n"
    for log in (WARNINGS + error, error + WARNINGS):
        pyinfra.prints(QUIET + log, CLEAN, 1)
        assert data()["silent"] == [{"board": "pi2a", "reason": "its disk is full"}]
    pyinfra.prints(QUIET + WARNINGS, CLEAN, 0)
    assert data() == {"drift": [], "silent": [], "unseen": []}


def test_a_board_of_which_the_log_tells_no_end(pyinfra: Played) -> None:
    """Nothing that would be changed on it is no proof that it was looked at."""
    pyinfra.prints(QUIET.replace("    [pi1b] Ready: deploys/all.py\n", ""))
    assert drift().exit_code == 1
    (row,) = data()["silent"]
    assert row["board"] == "pi1b"
    assert "did not look at it to the end" in row["reason"]


def test_a_thing_that_could_not_be_looked_at(pyinfra: Played) -> None:
    """Nothing would be changed on the boards, and yet not all is known."""
    one = Unseen("pi8", "Portainer", "is a firewall between them?", behind=("pi8", "pi4"))
    pyinfra.prints(QUIET, CLEAN, 0, one, one)
    result = drift()
    assert result.exit_code == 1
    assert "Not known of pi8: Portainer: is a firewall between them?" in result.stdout
    assert "not all could be looked at, see above" in result.stdout
    row = {"board": "pi8", "what": "Portainer", "reason": "is a firewall between them?"}
    assert data() == {"drift": [], "silent": [], "unseen": [row]}


def test_what_stands_behind_a_difference_or_a_silent_board_is_not_told_of(pyinfra: Played) -> None:
    one = Unseen("pi1b", "HDFS", "pi8 does not answer", behind=("pi8",))
    pyinfra.prints(QUIET, PLAN, 0, one, STOPPED)
    assert drift().exit_code == 3
    assert data()["unseen"] == []
    pyinfra.prints(QUIET + "    [pi8] Error: refused\n", CLEAN, 1, one)
    assert data()["unseen"] == []
    pyinfra.prints(QUIET + "    [pi4] Error: refused\n", CLEAN, 1, one)
    assert [row["what"] for row in data()["unseen"]] == ["HDFS"]


def test_a_crash_is_not_hidden_by_a_board_that_is_refused(pyinfra: Played) -> None:
    pyinfra.prints(recorded("refused") + TRACEBACK, "", 1)
    found = data(*SOME)
    assert "ImportError" in found["failure"]
    assert [row["board"] for row in found["silent"]] == ["pi1a"]
    assert drift(*SOME).exit_code == 1


def test_a_reason_of_several_lines(pyinfra: Played) -> None:
    error = "    [pi2a] Error: stacks/a.yml: no image\n  stacks/a.yml: no service.\n"
    pyinfra.prints(QUIET + error + WARNINGS, CLEAN, 1)
    (row,) = data()["silent"]
    assert row["reason"] == "stacks/a.yml: no image. stacks/a.yml: no service"
    error = "--> pyinfra error: it cannot be:\n  - because\n  - do this.\nError: more\n  of it\n"
    for said, last in ((error, "more. of it"), (error.partition("Error: ")[0], "- do this")):
        pyinfra.prints(said, "", 1)
        assert data()["failure"].endswith(last)


TRACEBACK = """--> An exception occurred in: deploys/all.py:

Traceback (most recent call last):
  File "deploys/all.py", line 3, in <module>
    from deploys import (
ImportError: cannot import name 'thermal' from 'deploys'

--> Disconnecting from hosts...
"""


@pytest.mark.parametrize(
    ("log", "words"),
    [
        (TRACEBACK, "ImportError: cannot import name 'thermal' from 'deploys'"),
        ("\nError: PiCluster is broken\n", "PiCluster is broken"),
        ("--> pyinfra error: No such host\n", "No such host"),
        ("", "pyinfra gave no plan that can be read"),
    ],
)
def test_a_pyinfra_that_failed(pyinfra: Played, log: str, words: str) -> None:
    pyinfra.prints(QUIET + log, "", 1)
    result = drift()
    assert result.exit_code == 1
    assert words in result.stdout
    assert "Traceback" not in result.stdout
    assert words in data()["failure"]


def test_an_end_without_a_reason_is_no_proof_of_no_difference(pyinfra: Played) -> None:
    pyinfra.prints(QUIET, CLEAN, 137)
    assert "exit code 137" in data()["failure"]
    assert drift().exit_code == 1


def test_notes_of_two_runs_in_one_file(pyinfra: Played, tmp_path: Path) -> None:
    pyinfra.prints()
    (tmp_path / "notes").write_text(NAME.line() + NAME.line()[:20])
    result = drift()
    assert result.exit_code == 1
    assert "line 2 of the noted differences cannot be read" in result.stderr


def test_some_boards_alone(pyinfra: Played) -> None:
    pyinfra.prints()
    result = drift("--limit", "pi4", "--limit", "pi8")
    assert result.exit_code == 0
    assert "no differences on 2 boards" in result.stdout
    assert pyinfra.called[-4:] == ["--limit", "pi4", "--limit", "pi8"]


def test_a_board_that_is_none_of_the_cluster(pyinfra: Played, tmp_path: Path) -> None:
    result = drift("--limit", "pi44")
    assert result.exit_code == 1
    assert 'did you mean "pi4"' in result.stderr
    assert not (tmp_path / "called").exists()


def test_a_broken_cluster_file(
    pyinfra: Played, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken.toml").write_text("[cluster\n")
    monkeypatch.setenv("PICLUSTER_CONFIG", str(tmp_path / "broken.toml"))
    result = drift()
    assert (result.exit_code, result.stdout) == (1, "")
    assert "broken.toml" in result.stderr
    assert not (tmp_path / "called").exists()


def test_a_plan_that_cannot_be_made_is_told_in_whole(
    pyinfra: Played, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / "cluster.example.toml").read_text()
    (tmp_path / "broken.toml").write_text(text.replace("# replication = 3", "replication = 9"))
    monkeypatch.setenv("PICLUSTER_CONFIG", str(tmp_path / "broken.toml"))
    result = drift()
    assert (result.exit_code, result.stdout) == (1, "")
    assert "\n  - " in result.stderr
    assert "replication" in result.stderr
    assert not (tmp_path / "called").exists()


ENDLESS = """
import os, pathlib, sys, time
pathlib.Path(sys.argv[0]).with_name("began").write_text(
    f"{os.getpid()} {os.getsid(0)} " + os.path.dirname(os.environ["PICLUSTER_DIFFERENCES"])
)
print("    [pi8]  Connected", file=sys.stderr, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_one_that_is_ended_leaves_nothing_behind(
    pyinfra: Played, tmp_path: Path, number: signal.Signals
) -> None:
    (tmp_path / "pyinfra.py").write_text(ENDLESS)
    play = (
        "import signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"
        "from picluster.cli import main\n"
        "from picluster.drift import running\nfrom picluster import pyinfra_command\n"
        f"pyinfra_command.PYINFRA = (sys.executable, {str(tmp_path / 'pyinfra.py')!r})\n"
        "main(['drift'])\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", play], cwd=ROOT, stderr=subprocess.PIPE
    ) as process:
        began = tmp_path / "began"
        while not began.exists() or len(began.read_text().split()) < 3:
            assert process.poll() is None
            time.sleep(0.05)
        child, session, folder = began.read_text().split()
        assert child == session, "it has no terminal of which it could ask for a password"
        assert Path(folder).is_dir()
        process.send_signal(number)
        assert process.wait(timeout=30) != 0
    assert not Path(folder).exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(child), 0)


def test_neither_cluster_nor_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deploys").mkdir()
    (tmp_path / "inventory.py").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PICLUSTER_CONFIG", raising=False)
    result = drift()
    assert result.exit_code == 1
    assert "There is no cluster.toml and no lab." in result.stderr


def test_the_help_has_an_example_and_the_exit_codes() -> None:
    said = drift("--help").stdout
    assert "picluster drift --json" in said
    assert all(f"with {code} when" in said for code in (0, 3, 1))


def test_nobody_else_is_told_of_the_notes(pyinfra: Played) -> None:
    pyinfra.prints()
    drift()
    assert VARIABLE not in os.environ


def test_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log()
    for line in recorded("other-key").splitlines():
        log.add(line)
    assert log.connected == {"pi8"}
    assert list(log.silent) == ["pi1a", "pi2a"]
