"""When HDFS is left alone because of data that is found, and what its owner is told to do."""

from typing import Any

import pytest

from picluster.plan.hdfs_found import HadoopBoardState, HadoopStorage, StorageKind
from picluster.plan.hdfs_refusals import (
    NEW_HDFS,
    cluster_of,
    cluster_refusal,
    cluster_to_join,
    is_formatted,
)

NAMES = "/var/lib/hadoop/namenode"


def storage(kind: StorageKind, **changes: Any) -> HadoopStorage:
    """A folder with data of the cluster CID-1."""
    found: Any = {
        "kind": kind,
        "path": f"/var/lib/hadoop/{kind}",
        "formatted": True,
        "cluster": "CID-1",
        "blocks": kind == "datanode",
    }
    return found | changes  # type: ignore[no-any-return]


def board(*storages: HadoopStorage) -> HadoopBoardState:
    """A board with this data."""
    return {"storages": list(storages), "free_mb": 9000, "mount": "/", "memory_mb": 900}


BLANK = board()


def refusal(accepted: bool = False, **boards: Any) -> str | None:
    """What is said where the NameNode is planned on pi8."""
    return cluster_refusal("pi8", NAMES, boards, accepted=accepted)


@pytest.mark.parametrize(
    "boards",
    [
        {"pi8": BLANK, "pi1": BLANK},
        {"pi8": board(storage("namenode")), "pi1": board(storage("datanode"))},
        # It has its names, so nothing depends on who does not answer.
        {"pi8": board(storage("namenode")), "pi1": None},
        # Left over; nobody reads it, and nothing is formatted.
        {"pi8": board(storage("namenode")), "pi1": board(storage("namenode"))},
        # Joined a cluster that never held a file.
        {"pi8": BLANK, "pi1": board(storage("datanode", blocks=False))},
        {"pi8": BLANK, "pi1": board(storage("secondarynamenode"))},
    ],
)
def test_touched(boards: dict[str, Any]) -> None:
    assert refusal(**boards) is None


def test_names_on_another_board_than_planned() -> None:
    found: dict[str, Any] = {"pi8": BLANK, "pi4": board(storage("namenode"))}
    for accepted in (False, True):
        reason = refusal(accepted=accepted, **found)
        assert reason is not None
        assert "data is on pi4, in /var/lib/hadoop/namenode, but pi8 is planned" in reason
        assert 'roles = ["namenode"] into the [[node]] of pi4' in reason


def test_names_elsewhere_on_the_planned_board() -> None:
    reason = refusal(pi8=board(storage("namenode", path="/srv/ssd/hadoop/namenode")))
    assert reason is not None
    assert "rsync -aHAX /srv/ssd/hadoop/namenode/ /var/lib/hadoop/namenode/" in reason


def test_damaged_names_are_not_formatted_over() -> None:
    for accepted in (False, True):
        reason = refusal(accepted, pi8=board(storage("namenode", formatted=False, cluster=None)))
        assert reason is not None
        assert "names of HDFS are damaged" in reason


def test_blocks_without_names() -> None:
    found: dict[str, Any] = {"pi8": BLANK, "pi1": board(storage("datanode")), "pi2": BLANK}
    reason = refusal(**found)
    assert reason is not None
    assert "pi1 has blocks of files, and pi8, which is planned" in reason
    assert "No board has a checkpoint" in reason
    assert NEW_HDFS in reason
    assert refusal(accepted=True, **found) is None
    reason = refusal(**{**found, "pi2": board(storage("secondarynamenode"))})
    assert reason is not None
    assert "pi2 has a checkpoint" in reason
    assert "deploys.hdfs.recover" in reason


def test_nothing_is_formatted_while_a_board_does_not_answer() -> None:
    reason = refusal(pi8=BLANK, pi1=None, pi2=None)
    assert reason is not None
    assert "whether pi1, pi2 have blocks or names" in reason
    assert refusal(accepted=True, pi8=BLANK, pi1=None) is None


def test_datanodes_of_several_clusters() -> None:
    found = {
        "pi8": BLANK,
        "pi1": board(storage("datanode")),
        "pi2": board(storage("datanode", cluster="CID-2")),
    }
    reason = refusal(accepted=True, **found)
    assert reason is not None
    assert "pi1 of CID-1; pi2 of CID-2" in reason


def test_a_new_hdfs_takes_the_cluster_of_datanodes_that_are_there() -> None:
    assert cluster_to_join({"pi8": BLANK, "pi9": None}) is None
    assert cluster_to_join({"pi8": BLANK, "pi1": board(storage("datanode"))}) == "CID-1"


def test_whose_names_they_are() -> None:
    found = board(storage("namenode", path="/x/namenode"), storage("namenode", cluster="CID-2"))
    assert cluster_of(found, NAMES) == "CID-2"
    assert cluster_of(None, NAMES) is None
    assert is_formatted(found, NAMES)
    assert not is_formatted(board(storage("namenode", path="/x/namenode")), NAMES)
