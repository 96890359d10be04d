"""Whose checkpoint brings the names back."""

from picluster.plan.hdfs_recovery import Checkpoint, checkpoint
from tests.unit.plan.test_hdfs_refusals import BLANK, NAMES, board, storage

COPY = Checkpoint("pi4", "/var/lib/hadoop/secondarynamenode")


def test_the_copy_of_the_cluster_whose_blocks_are_there() -> None:
    boards = {
        "pi8": BLANK,
        "pi2": board(storage("secondarynamenode", cluster="CID-2")),
        "pi4": board(storage("secondarynamenode")),
        "pi1": board(storage("datanode")),
    }
    assert checkpoint("pi8", NAMES, boards, "pi2") == COPY


def test_the_copy_of_the_planned_board_comes_first() -> None:
    boards = {name: board(storage("secondarynamenode")) for name in ("pi8", "pi2", "pi4")}
    assert checkpoint("pi8", NAMES, boards, "pi4") == COPY


def test_names_that_are_there_are_never_replaced() -> None:
    boards = {"pi8": board(storage("namenode")), "pi4": board(storage("secondarynamenode"))}
    assert "nothing to bring back" in str(checkpoint("pi8", NAMES, boards))


def test_no_copy() -> None:
    unformatted = board(storage("secondarynamenode", formatted=False, cluster=None))
    reason = checkpoint("pi8", NAMES, {"pi8": BLANK, "pi4": unformatted, "pi1": None})
    assert "no board has a checkpoint" in str(reason)
    assert "pi1 did not answer" in str(reason)
