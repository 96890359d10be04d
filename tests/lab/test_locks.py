"""Somebody else's apt or dpkg at work on a board: the deploy waits for it."""

import os
import subprocess

import pytest

from tests.conftest import LabUnderTest
from tests.lab import deploying, seen
from tests.lab.interrupting import wait_for

HOLD = """
rm -f /run/let-go
python3 -c '
import fcntl, os, sys, time
lock = open(sys.argv[1], "w")
fcntl.lockf(lock, fcntl.LOCK_EX)
open("/run/locked", "w").close()
while not os.path.exists("/run/let-go"):
    time.sleep(0.1)
' {lock} >/dev/null 2>&1 &
"""


@pytest.mark.parametrize(
    ("lock", "waiting"),
    [
        # apt gives up at once, so the operation asks again.
        ("/var/lib/apt/lists/lock", "grep -q 'Could not get lock' /var/log/picluster-apt.log"),
        # apt waits by itself, and says so.
        (
            "/var/lib/dpkg/lock-frontend",
            "grep -q 'Waiting for cache lock' /var/log/picluster-apt.log",
        ),
    ],
)
def test_the_deploy_waits_for_a_lock(converged: LabUnderTest, lock: str, waiting: str) -> None:
    board = converged.boards["pi1a"]
    whole = seen.result(board)
    seen.shell(
        board,
        "rm -f /var/log/picluster-apt.log; dpkg --remove --force-depends rsync >/dev/null 2>&1",
    )
    seen.shell(board, HOLD.format(lock=lock))
    wait_for(board, "[ -e /run/locked ]")
    try:
        with subprocess.Popen(
            deploying.command("-y", "--limit", "pi1a"),
            cwd=deploying.ROOT,
            env=os.environ | converged.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as run:
            wait_for(board, waiting)
            assert run.poll() is None, "the run did not wait"
            seen.shell(board, "touch /run/let-go")
            assert run.wait(120) == 0
    finally:
        seen.shell(board, "touch /run/let-go; rm -f /run/locked")
    assert seen.result(board) == whole
