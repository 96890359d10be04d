"""Every command block of README and guide, run as its reader would: a test for each page.

Blocks that a shared lab cannot bear say so themselves (tests/lab/guide_blocks.py). Those of a page
are run in their order, since one may need what the one before it has made.

An engine remembers for a while the manifest of an image that it had, and downloads it without: so
test_hub.py, which counts who fetched a manifest, has to come before this.
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from docker.models.containers import Container

from picluster.lab import machine
from tests.conftest import History, LabUnderTest
from tests.lab import accidents, checking, deploying, guide_blocks, hadoop_seen, seen
from tests.lab.guide_blocks import Block

BIN = Path(sys.executable).parent
SECONDS = 600
"""That one block may take: a job of Spark, at most, or a deploy."""

COOL = "48.3"
"""°C of a board that nobody has heated (picluster/lab/board)."""


def _run(under_test: LabUnderTest, block: Block) -> subprocess.CompletedProcess[str]:
    """Exit code and all output of a block, run where it says."""
    command = ["bash", "-c", guide_blocks.answered(block.script)]
    if block.board is not None:
        remote = "bash -eu -c " + shlex.quote(block.script)
        command = [str(BIN / "picluster"), "lab", "ssh", block.board, remote]
    environment = os.environ | under_test.environment
    return subprocess.run(
        command,
        cwd=deploying.ROOT,
        env=environment | {"PATH": f"{BIN}{os.pathsep}{environment['PATH']}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


TO_RUN = guide_blocks.to_run(guide_blocks.pages())


@pytest.fixture(scope="module")
def converged_again(under_test: LabUnderTest, history: History) -> Iterator[LabUnderTest]:
    """Well before the first page, and given back as the deploy leaves it."""
    history.came_to_rest()
    checking.wait_until_green(under_test)
    yield under_test
    mended = deploying.apply(under_test.environment)
    assert (mended.code, mended.errors) == (0, 0), mended.log
    checking.wait_until_green(under_test)
    again = deploying.apply(under_test.environment)
    assert (again.code, again.changes) == (0, 0), again.executed


@pytest.fixture
def as_it_was(converged_again: LabUnderTest) -> Iterator[LabUnderTest]:
    """With power on all boards, cool, and without a reader's files in HDFS after each page."""
    yield converged_again
    for name, board in converged_again.boards.items():
        machine.start(board)
        for words in (("heat", COOL), ("undervolt", "off"), ("skew", "0")):
            code, output = machine.run(board, "/usr/lib/picluster-lab/hardware", *words)
            assert code == 0, f"{name}: {output}"
    for name, board in converged_again.boards.items():
        # A deploy goes by the board's own last look, which may be older than the cooling.
        accidents.wait_for(partial(_is_cool, board), f"{name} does not get cool")
    hadoop_seen.wait_until_as_planned(converged_again)
    seen.shell(
        hadoop_seen.head(converged_again, "namenode"),
        "su - pi -c 'hdfs dfs -rm -r -f -skipTrash \"/user/pi/*\"' 2>&1",
    )


def _is_cool(board: Container) -> bool:
    return "band=cool" in seen.told(board, "cat /run/picluster/thermal/band 2>&1")


@pytest.mark.parametrize("page", TO_RUN, ids=lambda page: page.name)
def test_blocks_of_a_page(as_it_was: LabUnderTest, page: Path) -> None:
    for block in TO_RUN[page]:
        done = _run(as_it_was, block)
        printed = done.stdout + done.stderr
        assert done.returncode == block.exit_code, f"{block.place}:\n{block.script}\n{printed}"
        wanted = guide_blocks.missing(block.expected, printed)
        assert wanted is None, f"{block.place} does not print {wanted!r}:\n{printed}"
