"""`picluster shutdown` with a pyinfra that is played: a preview, a question, and the run."""

import json

import pytest
from click.testing import CliRunner, Result

from picluster.cli import main
from picluster.plan.drift import Difference, Unseen
from tests.unit.operating.conftest import PlayedPyinfra

BOARDS = ("pi8", "pi4", "pi2a", "pi2b", "pi1a", "pi1b", "pi1c")
GONE = """    [pi1b] Could not connect (timed out)
    pi1b does not answer at 192.168.1.16. Is it switched on and plugged in?
"""


def connected(*names: str) -> str:
    return "".join(f"    [{name}] Connected\n" for name in names)


def plan(**steps: list[str]) -> str:
    titles = {"rest": "Let HDFS come to rest", "workers": "Switch the workers off"}
    titles |= {"end": "End YARN's jobs"}
    titles |= {"managers": "Switch the other managers off", "head": "Switch the head off"}
    listed = [
        {
            "names": [f"Shutdown | {titles[step]}"],
            "op_hash": step,
            "hosts_with_change": boards,
            "hosts_with_conditional_change": [],
        }
        for step, boards in steps.items()
    ]
    return json.dumps({"plan": listed, "results": None})


WHOLE = plan(rest=["pi8"], workers=list(BOARDS[3:]), managers=["pi4", "pi2a"], head=["pi8"])


def off(*names: str) -> str:
    lines = [f"    \x1b[0m[\x1b[1m{name}\x1b[0m] is off\n" for name in names]
    return "--> Starting operation: Shutdown | Switch the workers off\n" + "".join(lines)


def shutdown(*words: str) -> Result:
    result = CliRunner().invoke(main, ["shutdown", *words], prog_name="picluster")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_the_whole_cluster(pyinfra: PlayedPyinfra) -> None:
    pyinfra.prints(connected(*BOARDS), WHOLE)
    pyinfra.prints(connected(*BOARDS) + off(*BOARDS))
    result = shutdown("--yes")
    assert result.exit_code == 0, result.output
    assert "  Let HDFS come to rest: pi8\n" in result.stdout
    assert "  Switch the workers off: pi2b, pi1a, pi1b, pi1c\n" in result.stdout
    assert "pi1c is off\n" in result.stdout
    assert "then: picluster start" in result.stdout
    words = ["deploys.shutdown.apply", "--data", "stop_jobs=no"]
    assert pyinfra.calls == [
        ["inventory.py", "--dry", "--json", *words],
        ["inventory.py", "-y", *words],
    ]


@pytest.fixture
def somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard input is a terminal."""
    monkeypatch.setattr("picluster.contact.question.interactive", lambda: True)


@pytest.mark.usefixtures("somebody")
def test_nothing_is_done_without_a_yes(pyinfra: PlayedPyinfra) -> None:
    pyinfra.prints(connected(*BOARDS), WHOLE)
    runner = CliRunner()
    result = runner.invoke(main, ["shutdown"], input="n\n", prog_name="picluster")
    assert result.exit_code == 1
    assert "Switch off all 7 boards?" in result.stderr
    assert "Nothing was changed." in result.stdout
    assert len(pyinfra.calls) == 1


def test_nothing_is_done_where_nobody_can_answer(pyinfra: PlayedPyinfra) -> None:
    pyinfra.prints(connected(*BOARDS), WHOLE)
    result = shutdown()
    assert result.exit_code == 1
    assert "--yes agrees beforehand" in result.stderr
    assert len(pyinfra.calls) == 1


def test_a_refusal_of_all_boards_is_said_once(pyinfra: PlayedPyinfra) -> None:
    why = "".join(f"    [{name}] Error: jobs run: count.py of pi\n" for name in BOARDS)
    pyinfra.prints(connected(*BOARDS) + why, plan(), 1)
    result = shutdown("--yes")
    assert result.exit_code == 1
    assert result.stderr == "Error: jobs run: count.py of pi\n"
    assert len(pyinfra.calls) == 1


def job(number: int, name: str = "count.py") -> str:
    """As the operation notes that it would end it."""
    what = f"application_1_{number} {name} of pi"
    return Difference("pi8", "Shutdown | End YARN's jobs", "end", what, "running", "ended").line()


ENDING = plan(
    end=["pi8"], rest=["pi8"], workers=list(BOARDS[3:]), managers=["pi4", "pi2a"], head=["pi8"]
)


def answered(answer: str, *words: str) -> Result:
    """`picluster shutdown`, and somebody at the keyboard."""
    return CliRunner().invoke(main, ["shutdown", *words], input=answer, prog_name="picluster")


@pytest.mark.usefixtures("somebody")
def test_the_jobs_that_were_shown_are_ended_and_no_other(pyinfra: PlayedPyinfra) -> None:
    pyinfra.prints(connected(*BOARDS), ENDING, notes=job(2, "sort.py") + job(1))
    pyinfra.prints(off(*BOARDS))
    result = answered("y\n", "--stop-jobs")
    assert result.exit_code == 0, result.output
    assert (
        "  End YARN's jobs: pi8\n"
        "    application_1_2 sort.py of pi (running)\n"
        "    application_1_1 count.py of pi (running)\n"
        "  Let HDFS come to rest: pi8\n"
    ) in result.stdout
    said = [word for call in pyinfra.calls for word in call if word.startswith("stop_jobs=")]
    assert said == ["stop_jobs=yes", "stop_jobs=application_1_1,application_1_2"]


@pytest.mark.usefixtures("somebody")
def test_where_no_job_was_shown_none_may_be_ended(pyinfra: PlayedPyinfra) -> None:
    pyinfra.prints(connected(*BOARDS), WHOLE)
    pyinfra.prints(off(*BOARDS))
    assert answered("y\n", "--stop-jobs").exit_code == 0
    assert "stop_jobs=no" in pyinfra.calls[1]


@pytest.mark.usefixtures("somebody")
def test_a_job_that_began_meanwhile_is_told_once(pyinfra: PlayedPyinfra) -> None:
    pyinfra.prints(connected(*BOARDS), ENDING, notes=job(1))
    why = "jobs have begun that nobody has agreed to end: sort.py. Nothing was touched."
    refused = "".join(f"    [{name}] Error: {why}\n" for name in BOARDS)
    pyinfra.prints(connected(*BOARDS) + refused, code=1)
    result = answered("y\n", "--stop-jobs")
    assert result.exit_code == 1
    assert result.stderr.endswith(f"Error: {', '.join(BOARDS)} are not off: {why[:-1]}\n")
    assert result.stderr.count("jobs have begun") == 1
    assert "What is off stays off" not in result.stderr, "nothing is"


def test_who_agrees_beforehand_agrees_to_whatever_runs(pyinfra: PlayedPyinfra) -> None:
    pyinfra.prints(connected(*BOARDS), ENDING, notes=job(1))
    pyinfra.prints(off(*BOARDS))
    assert shutdown("--yes", "--stop-jobs").exit_code == 0
    assert all("stop_jobs=yes" in call for call in pyinfra.calls)


@pytest.mark.usefixtures("somebody")
def test_where_nobody_knows_what_runs_that_is_what_is_agreed_to(pyinfra: PlayedPyinfra) -> None:
    why = "the ResourceManager on pi8 does not tell whether jobs run"
    unseen = "".join(Unseen(name, "YARN's jobs", why).line() for name in BOARDS)
    pyinfra.prints(connected(*BOARDS), WHOLE, notes=unseen)
    pyinfra.prints(off(*BOARDS))
    result = answered("y\n", "--stop-jobs")
    assert result.exit_code == 0
    assert result.stdout.count(f"  - T{why[1:]}: whatever runs is ended.\n") == 1
    assert "stop_jobs=yes" in pyinfra.calls[1]


def test_jobs_that_go_on_elsewhere_are_told_once(pyinfra: PlayedPyinfra) -> None:
    warned = "".join(
        f"    [{name}] jobs run: count.py of pi. What of them runs here begins anew elsewhere\n"
        for name in ("pi1a", "pi1b")
    )
    pyinfra.prints(connected("pi1a", "pi1b") + warned, plan(workers=["pi1a", "pi1b"]))
    pyinfra.prints(off("pi1a", "pi1b"))
    result = shutdown("pi1a", "pi1b", "--yes")
    assert result.exit_code == 0
    assert result.stdout.count("  - Jobs run: count.py of pi. What of them") == 1


def test_a_dead_board_stops_nobody(pyinfra: PlayedPyinfra) -> None:
    there = [name for name in BOARDS if name != "pi1b"]
    steps = plan(workers=["pi2b", "pi1a", "pi1c"], managers=["pi4", "pi2a"], head=["pi8"])
    pyinfra.prints(connected(*there) + GONE, steps, 1)
    pyinfra.prints(connected(*there) + GONE + off(*there), code=1)
    result = shutdown("--yes")
    assert result.exit_code == 0, result.output
    assert "pi1b is not switched off: Could not connect" in result.stderr


def test_nobody_answers(pyinfra: PlayedPyinfra) -> None:
    log = "".join(GONE.replace("pi1b", name) for name in BOARDS)
    pyinfra.prints(log + "--> pyinfra error: No hosts remaining!\n", "", 1)
    result = shutdown("--yes")
    assert result.exit_code == 1
    assert "Error: none of these boards answers, so none can be switched off:" in result.stderr
    assert "\n  pi1b: Could not connect (timed out). pi1b does not answer" in result.stderr
    assert len(pyinfra.calls) == 1


def test_a_pyinfra_that_gives_no_plan(pyinfra: PlayedPyinfra) -> None:
    pyinfra.prints(connected(*BOARDS) + "--> pyinfra error: no such deploy\n", "", 1)
    result = shutdown("--yes")
    assert result.exit_code == 1
    assert result.stderr == "Error: pyinfra gave no plan that can be read: no such deploy\n"


def test_one_board_and_what_it_takes_along(pyinfra: PlayedPyinfra) -> None:
    pyinfra.prints(connected("pi4"), plan(managers=["pi4"]))
    pyinfra.prints(off("pi4"))
    result = shutdown("pi4", "--yes")
    assert result.exit_code == 0, result.output
    assert "  - 2 of 3 managers of the Swarm are left.\n" in result.stdout
    assert "  - Portainer's page is away; what it shows goes on.\n" in result.stdout
    assert all(call[-2:] == ["--limit", "pi4"] for call in pyinfra.calls)


def test_one_that_stays_on(pyinfra: PlayedPyinfra) -> None:
    pyinfra.prints(connected("pi1a", "pi1b"), plan(workers=["pi1a", "pi1b"]))
    log = off("pi1a") + "    [pi1b] Error: still answers at 192.168.1.16 360 seconds after\n"
    pyinfra.prints(log, code=1)
    result = shutdown("pi1a", "pi1b", "--yes")
    assert result.exit_code == 1
    assert "pi1a is off\n" in result.stdout
    assert "Error: pi1b is not off: still answers" in result.stderr
    assert "What is off stays off." in result.stderr


RESTED = "--> Starting operation: Shutdown | Let HDFS come to rest\n    [pi8] {}\n\n"


@pytest.mark.parametrize(
    ("word", "left_on", "told"),
    [("Success", ("pi8",), True), ("No changes", ("pi8",), False), ("Success", ("pi1a",), False)],
)
def test_hdfs_that_was_left_at_rest_is_told(
    pyinfra: PlayedPyinfra, word: str, left_on: tuple[str, ...], told: bool
) -> None:
    pyinfra.prints(connected(*BOARDS), WHOLE)
    why = "".join(f"    [{name}] Error: left on: a step before failed\n" for name in left_on)
    others = [name for name in BOARDS if name not in left_on]
    pyinfra.prints(RESTED.format(word) + off(*others) + why, code=1)
    result = shutdown("--yes")
    assert result.exit_code == 1
    remedy = "sudo -u hdfs hdfs dfsadmin -safemode leave on pi8\n"
    assert result.stderr.endswith(remedy) is told


def test_a_run_that_says_nothing_is_no_success(pyinfra: PlayedPyinfra) -> None:
    pyinfra.prints(connected("pi1a"), plan(workers=["pi1a"]))
    pyinfra.prints()
    result = shutdown("pi1a", "--yes")
    assert result.exit_code == 1
    assert "pi1a is not off: pyinfra ended with exit code 0" in result.stderr


def test_no_such_board(pyinfra: PlayedPyinfra) -> None:
    result = shutdown("pi9", "--yes")
    assert result.exit_code == 1
    assert result.stderr == (
        'Error: "pi9" is no node of the cluster; did you mean "pi8"?\n'
        "The nodes are pi8, pi4, pi2a, pi2b, pi1a, pi1b and pi1c.\n"
    )
    assert pyinfra.calls == []
