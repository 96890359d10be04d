"""Which boards are not given to HDFS, and what their owner is told to do."""

from dataclasses import replace
from typing import Any

import pytest

from picluster.plan.hdfs_board_refusals import MIN_FREE_MB, WishedBoard, board_refusals
from picluster.plan.hdfs_found import HadoopBoardState, HadoopStorage

BLOCKS = "/var/lib/hadoop/datanode"
WISHED = WishedBoard("pi1", 850, None, BLOCKS, keeps_data=True, drained=True)
BLANK: HadoopBoardState = {"storages": [], "free_mb": 9000, "mount": "/", "memory_mb": 905}
DATA: HadoopStorage = {
    "kind": "datanode",
    "path": BLOCKS,
    "formatted": True,
    "cluster": "CID-1",
    "blocks": True,
}


def found(storages: list[HadoopStorage], **changes: Any) -> HadoopBoardState:
    """A board with this data."""
    state: Any = {**BLANK, "storages": storages, **changes}
    return state  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("wished", "state"),
    [
        (WISHED, BLANK),
        (WISHED, found([DATA])),
        # A disk that has become full holds data: leaving it alone helps nobody.
        (WISHED, found([DATA], free_mb=3)),
        (replace(WISHED, storage="/srv/ssd"), found([], mount="/srv/ssd")),
        (replace(WISHED, datanode=None, keeps_data=False), found([], free_mb=3)),
        (replace(WISHED, datanode=None), found([DATA])),
        # Copied by hand; what is left in the old place is nobody's business.
        (WISHED, found([DATA, DATA | {"path": "/old/datanode"}])),
    ],
)
def test_given(wished: WishedBoard, state: HadoopBoardState) -> None:
    assert board_refusals(wished, state, "CID-1") == []


@pytest.mark.parametrize(
    ("wished", "state", "said"),
    [
        (replace(WISHED, storage="/srv/ssd"), BLANK, "nothing is mounted at its declared storage"),
        (WISHED, found([], free_mb=MIN_FREE_MB - 1), f"HDFS needs {MIN_FREE_MB} MiB"),
        (WISHED, found([], memory_mb=849), "has 849 MiB of memory, and the plan shares out 850"),
        (WISHED, found([DATA | {"cluster": "CID-2"}]), "of another HDFS (CID-2)"),
        (WISHED, found([DATA | {"formatted": False, "cluster": None}]), "would delete them"),
        (WISHED, found([DATA | {"path": "/srv/ssd/hadoop/datanode"}]), "rsync -aHAX /srv/ssd/"),
        (replace(WISHED, datanode=None, drained=False), found([DATA]), "echo pi1 | sudo tee -a"),
    ],
)
def test_refused(wished: WishedBoard, state: HadoopBoardState, said: str) -> None:
    (reason,) = board_refusals(wished, state, "CID-1")
    assert said in reason


def test_all_reasons_at_once() -> None:
    state = found([], free_mb=3, memory_mb=100)
    assert len(board_refusals(replace(WISHED, storage="/srv/ssd"), state, None)) == 3
