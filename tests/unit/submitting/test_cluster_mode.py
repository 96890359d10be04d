"""`picluster submit --cluster`, with the real job-runner on a played board."""

import signal
from typing import Any

import pytest

from tests.unit.submitting.played import ID, Played, wait_for

LOGS = """Container: container_1795418043973_0008_01_000001 on pi4.home.arpa_8041
LogAggregationType: AGGREGATED
==========================================================================================
LogType:stderr
LogLastModifiedTime:Mon Nov 23 07:40:31 +0000 2026
LogLength:88
LogContents:
26/11/23 07:40:30 INFO Some: thing
26/11/23 07:40:30 ERROR ApplicationMaster: it exited

End of LogType:stderr
***********************************************************************

LogType:stdout
LogLastModifiedTime:Mon Nov 23 07:40:31 +0000 2026
LogLength:17
LogContents:
LogType:stdout
x

End of LogType:stdout
"""
"""As `yarn logs` prints them; the length of each is told, whatever stands in it."""


UNFETCHED = (
    "its output could not be fetched from YARN; see it on the head board with: "
    f"yarn logs -applicationId {ID}"
)


def over(status: str, diagnostics: str = "") -> dict[str, Any]:
    return {
        "state": "FINISHED",
        "finalStatus": status,
        "diagnostics": diagnostics,
        "currentAppAttemptId": "appattempt_1795418043973_0008_000002",
    }


@pytest.fixture(autouse=True)
def logs(board: Played) -> None:
    (board.folder / "logs").write_text(LOGS)


def test_the_drivers_output_is_fetched(board: Played) -> None:
    board.application = over("SUCCEEDED")
    result = board.run("--cluster", board.job("pass"))
    assert (result.returncode, result.stdout) == (0, b"LogType:stdout\nx\n")
    assert b"ERROR ApplicationMaster" not in result.stderr
    assert b"could not be fetched" not in result.stderr
    assert f"http://192.168.1.11:18080/history/{ID}/2/jobs/".encode() in result.stderr
    assert board.seen["options"][:2] == ["--deploy-mode", "cluster"]


@pytest.mark.parametrize("text", ["", LOGS.replace(":17", ":18000")], ids=["none", "in part"])
def test_output_that_cannot_be_fetched(board: Played, text: str) -> None:
    board.application = over("SUCCEEDED")
    (board.folder / "logs").write_text(text)
    result = board.run("--cluster", board.job("pass"))
    assert (result.returncode, result.stdout) == (0, b"")
    assert UNFETCHED in result.stderr.decode()


def test_yarn_does_not_answer_when_the_output_is_fetched(board: Played) -> None:
    board.hurry()
    board.switch_yarn_off()
    board.application = over("FAILED", "User application exited with status 7")
    board.application["logAggregationStatus"] = "RUNNING"
    result = board.run("--cluster", board.job("pass"))
    assert (result.returncode, result.stdout) == (7, b"")
    assert UNFETCHED in result.stderr.decode()


@pytest.mark.parametrize(
    ("diagnostics", "code"),
    [
        ("User application exited with status 7", 7),
        ("User application exited with 3", 3),
        ("Application application_1 failed 2 times due to AM Container", 1),
        ("User application exited with status 256", 1),
    ],
)
def test_the_exit_code_is_told_by_yarn(board: Played, diagnostics: str, code: int) -> None:
    board.application = over("FAILED", diagnostics)
    result = board.run("--cluster", board.job("pass"))
    assert (result.returncode, result.stdout) == (code, b"LogType:stdout\nx\n")
    assert b"ERROR ApplicationMaster: it exited" in result.stderr
    assert b"INFO Some" not in result.stderr
    assert diagnostics.encode() in result.stderr


def test_spark_submit_fails_itself(board: Played) -> None:
    board.application = None
    assert board.run("--cluster", board.job("import sys; sys.exit(4)")).returncode == 4


def test_arguments_that_yarn_would_change_go_by_a_file(board: Played) -> None:
    board.application = over("SUCCEEDED")
    words = ["`y`", "{{x}}", "a\nb"]
    job = board.job("import sys; print(__name__, sys.argv)")
    result = board.run("--cluster", job, *words)
    # The played spark-submit runs the job here, so its output comes first.
    assert result.stdout.decode().splitlines()[0] == f"__main__ {['job.py', *words]}"
    assert board.seen["job"] == [f"{board.seen['folder']}/picluster-start.py"]
    assert f"{board.seen['folder']}/job.py" in board.seen["options"][-1].split(",")


def test_control_c_kills_it(board: Played) -> None:
    process = board.start("--cluster", board.job("pass"))
    wait_for(lambda: len(board.asked) > 2, "nobody watches it")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=90)
    assert (process.returncode, board.kills) == (130, 1), errors
    assert board.runner_is_gone()


def test_it_goes_on_when_the_connection_breaks(board: Played) -> None:
    process = board.start("--cluster", board.job("pass"))
    wait_for(lambda: len(board.asked) > 2, "nobody watches it")
    process.kill()
    process.communicate(timeout=90)
    wait_for(board.runner_is_gone, "the job-runner did not clean up")
    assert board.kills == 0
