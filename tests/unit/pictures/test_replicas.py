"""The example of where blocks lie."""

import pytest

from picluster.pictures.replicas import BLOCKS, placed
from picluster.plan.plan import make_plan
from tests.unit.pictures.clusters import CLUSTERS

WITH_HDFS = [name for name in CLUSTERS if name != "without Hadoop"]


@pytest.mark.parametrize("name", WITH_HDFS)
def test_each_block_lies_on_as_many_boards_as_are_planned(name: str) -> None:
    plan = make_plan(CLUSTERS[name])
    kept = placed(plan)
    for block in BLOCKS:
        assert sum(block in blocks for blocks in kept.values()) == plan.replication
    assert all(len(set(blocks)) == len(blocks) for blocks in kept.values())


@pytest.mark.parametrize("name", ["three", "seven"])
def test_no_block_lies_in_one_rack_alone(name: str) -> None:
    plan = make_plan(CLUSTERS[name])
    racks = {planned.node.name: planned.rack for planned in plan.nodes}
    kept = placed(plan)
    for block in BLOCKS:
        assert len({racks[board] for board, blocks in kept.items() if block in blocks}) == 2
