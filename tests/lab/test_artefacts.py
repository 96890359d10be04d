"""Hadoop's archive on its way: from this computer to one board, and from there to the others."""

from picluster.artefacts import HADOOP
from tests.conftest import History, LabUnderTest
from tests.lab import seen


def test_the_controller_sends_it_once(history: History) -> None:
    """What else the first run of everything sends to three boards is a few megabytes."""
    assert HADOOP.size < history.sent_bytes < HADOOP.size + 40_000_000


def test_every_board_has_the_same_tree(converged: LabUnderTest) -> None:
    digests = {
        seen.shell(board, "cd /opt/hadoop/ && find . -type f ! -name '.*' | sort | xargs sha256sum")
        for board in converged.boards.values()
    }
    assert len(digests) == 1
