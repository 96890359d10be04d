"""`picluster submit` in client mode, with the real job-runner on a played board."""

import os
import resource
import signal
from pathlib import Path

import pytest

from tests.unit.submitting.played import ID, Played, is_alive, wait_for

HOSTILE = [
    "--",
    "-v",
    "",
    "a b",
    "it's",
    '"',
    "$(touch hacked)`y`",
    "new\nline",
    "--cluster",
    "*",
    "ü",
    "\\z",
]
ENDLESS = "import time\nprint('begun', flush=True)\nwhile True: time.sleep(0.1)\n"


def test_arguments_come_as_they_are(board: Played) -> None:
    job = board.job("import sys\nfor word in sys.argv[1:]: print(repr(word))")
    result = board.run(job, *HOSTILE)
    assert result.returncode == 0, result.stderr
    assert result.stdout.decode().splitlines() == [repr(word) for word in HOSTILE]


def test_no_argument_reaches_the_boards_shell(board: Played) -> None:
    board.run("--name", "$(x)", board.job("pass"), "$(y)")
    (*_, remote) = eval((board.folder / "ssh").read_text())  # noqa: S307 - a list of ours
    assert remote == "/usr/local/lib/picluster/job-runner"


@pytest.mark.parametrize("code", [1, 7, 143, 255])
def test_the_exit_code_is_the_jobs(board: Played, code: int) -> None:
    result = board.run(board.job(f"import sys; print('out'); sys.exit({code})"))
    assert (result.returncode, result.stdout) == (code, b"out\n")


def test_a_job_that_a_signal_ends(board: Played) -> None:
    result = board.run(board.job("import os; os.kill(os.getpid(), 9)"))
    assert result.returncode == 128 + 9


def test_files_lie_beside_the_job_and_are_removed(board: Played) -> None:
    job = board.job("print(open('data.txt').read())")
    data, module = board.job("x" * 300_000, "data.txt"), board.job("pass", "my module.py")
    result = board.run("--files", data, "--py-files", module, "--conf", "a.b=c d", job)
    assert result.stdout.decode() == "x" * 300_000 + "\n"
    seen = board.seen
    assert seen["files"] == ["data.txt", "job.py", "my module.py"]
    assert seen["mode"] == "0o40700"
    assert f"{seen['folder']}/my module.py" in seen["options"]
    assert "a.b=c d" in seen["options"]
    assert not Path(seen["folder"]).exists()


def test_the_log_of_spark_is_shown_on_demand(board: Played) -> None:
    job = board.job(
        "import sys\n"
        "print('26/11/23 07:40:05 WARN Some: thing\\n\\tat x\\n'\n"
        "      'Traceback (most recent call last):\\n  File \"x\"\\nValueError: y\\n'\n"
        "      '26/11/23 07:40:06 ERROR Bad: thing\\n\\tat y', file=sys.stderr)\n"
    )
    quiet, loud = (board.run(*v, job).stderr.decode() for v in ([], ["-v"]))
    for line in ("WARN Some", "\tat x"):
        assert line in loud
        assert line not in quiet
    for line in ("Traceback", "ValueError: y", "ERROR Bad", "\tat y"):
        assert line in loud
        assert line in quiet
    assert "spark.log.level=INFO" in board.seen["options"]


def test_safe_mode_is_explained(board: Played) -> None:
    text = "import sys; sys.exit('Exception: … Name node is in safe mode.')"
    result = board.run(board.job(text))
    assert (result.returncode, b"hdfs dfsadmin -safemode get" in result.stderr) == (1, True)


def test_settings_of_the_user_do_not_hide_the_application(board: Played) -> None:
    board.run("--conf", "spark.yarn.tags=mine", board.job("import time; time.sleep(1.2)"))
    tags = [word for word in board.seen["options"] if word.startswith("spark.yarn.tags=")]
    assert tags[0] == "spark.yarn.tags=mine"
    assert board.asked[-1].endswith("?applicationTags=" + tags[-1].partition("=")[2])


def test_output_comes_as_it_is_written(board: Played) -> None:
    process = board.start(board.job(ENDLESS))
    assert process.stdout is not None
    assert process.stdout.readline() == b"begun\n"  # and it still runs
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=90)


def test_progress_names_the_application_and_its_page(board: Played) -> None:
    job = board.job("import time; time.sleep(1.5)")
    told = board.run(job).stderr.decode()
    assert "handed over to pi8" in told
    assert f"{ID}: http://192.168.1.11:8088/proxy/{ID}/" in told
    assert " runs\n" in told
    assert f"http://192.168.1.11:18080/history/{ID}/jobs/" in told


def test_control_c_kills_it_and_waits(board: Played) -> None:
    process = board.start(board.job(ENDLESS))
    wait_for((board.folder / "seen").exists, "the job never began")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=90)
    assert process.returncode == 130
    assert board.runner_is_gone()
    assert board.kills == 1
    assert b"is killed" in errors
    removed = (board.folder / "hdfs").read_text().splitlines()
    assert removed == [f"dfs -rm -r -f -skipTrash .sparkStaging/{ID}"]


def test_control_c_where_yarn_does_not_answer(board: Played) -> None:
    board.hurry()
    board.switch_yarn_off()
    process = board.start(board.job(ENDLESS))
    wait_for((board.folder / "seen").exists, "the job never began")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=90)
    assert process.returncode == 130
    assert board.runner_is_gone()
    assert not is_alive(int((board.folder / "down").read_text())), "YARN's command lives on"
    assert (
        f"YARN has not confirmed that it is dead; look on the head board with: yarn application \
-status {ID}"
        in errors.decode()
    )
    assert board.kills == 1, "what took so long is not tried again"
    assert not (board.folder / "hdfs").exists(), "what may live keeps its files"


def test_a_connection_that_breaks_where_yarn_does_not_answer(board: Played) -> None:
    board.hurry()
    board.switch_yarn_off()
    process = board.start(board.job(ENDLESS))
    wait_for((board.folder / "seen").exists, "the job never began")
    process.kill()
    process.communicate(timeout=90)
    wait_for(board.runner_is_gone, "the job went on")


def test_a_board_that_cannot_keep_the_files(board: Played) -> None:
    def allow_small_files_only() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    data = board.job("x" * 3_000_000, "data.txt")
    process = board.start("--files", data, board.job("pass"), preexec_fn=allow_small_files_only)
    _, errors = process.communicate(timeout=90)
    assert process.returncode == 1
    assert errors.decode() == (
        "Error: pi8 could not keep the job's files: File too large. They lie below /var/tmp "
        "while it runs; see whether there is room, with: df -h /var/tmp\n"
    )


def test_a_file_that_vanishes_before_it_is_sent(board: Played) -> None:
    data = board.job("x", "data.txt")
    ssh = board.folder / "programs" / "ssh"
    ssh.write_text(ssh.read_text().replace("order = ", f"os.remove({str(data)!r})\norder = ", 1))
    big = board.job("x" * 10_000_000, "big.txt")
    process = board.start("--files", big, "--files", data, board.job("pass"))
    _, errors = process.communicate(timeout=90)
    assert (process.returncode, errors.decode()) == (
        1,
        f"Error: {data} cannot be read: No such file or directory\n",
    )


def test_control_c_before_there_is_an_application(board: Played) -> None:
    board.application = None
    process = board.start(board.job(ENDLESS))
    wait_for((board.folder / "seen").exists, "the job never began")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=90)
    assert (process.returncode, board.kills, board.runner_is_gone()) == (130, 0, True)


def test_a_second_control_c_leaves_at_once(board: Played) -> None:
    stubborn = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + ENDLESS
    process = board.start(board.job(stubborn))
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    wait_for(lambda: board.kills == 1, "nobody killed it")
    process.send_signal(signal.SIGINT)
    assert process.wait(90) == 130
    os.kill(board.seen["pid"], signal.SIGKILL)  # who also holds the played ssh's output open
    assert b"Left at once" in process.communicate(timeout=90)[1]
    wait_for(board.runner_is_gone, "the job-runner did not clean up")


def test_a_connection_that_breaks_kills_it(board: Played) -> None:
    process = board.start(board.job(ENDLESS))
    wait_for((board.folder / "seen").exists, "the job never began")
    process.kill()
    process.communicate(timeout=90)
    wait_for(board.runner_is_gone, "the job went on")
    assert board.kills == 1


def test_a_job_runner_that_is_killed_takes_the_job_with_it(board: Played) -> None:
    process = board.start(board.job(ENDLESS))
    wait_for((board.folder / "seen").exists, "the job never began")
    runner = int((board.folder / "runner").read_text())
    os.kill(runner, signal.SIGKILL)
    _, errors = process.communicate(timeout=90)
    assert process.returncode == 1
    wait_for(lambda: not is_alive(board.seen["pid"]), "the job went on")
    assert not is_alive(runner)
    assert b"the connection to pi8 broke" in errors
