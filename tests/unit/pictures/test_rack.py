"""The bars of the rack, and its chips."""

import pytest

from picluster.pictures.boards import role_chips
from picluster.pictures.rack import bar_of, rack
from picluster.plan.plan import make_plan
from tests.unit.pictures.clusters import CLUSTERS
from tests.unit.pictures.drawn import parsed, texts
from tests.unit.plan.clusters import cluster


@pytest.mark.parametrize("name", CLUSTERS)
def test_the_parts_of_a_bar_are_the_usable_memory(name: str) -> None:
    for planned in make_plan(CLUSTERS[name]).nodes:
        bar = bar_of(planned)
        assert bar.system + bar.daemons + bar.jobs + bar.free == planned.usable_mb
        assert min(bar.system, bar.daemons, bar.jobs, bar.free) >= 0


def test_what_belongs_to_whom() -> None:
    (planned,) = make_plan(cluster({"memory_gb": 8, "reserve_mb": 1000})).nodes
    bar = bar_of(planned)
    daemons = 210 + 160 + 150 + 250 + 210 + 165 + 190
    assert bar.daemons == daemons + 512
    assert bar.jobs == planned.yarn_mb
    assert bar.free == 1000 + planned.left_mb


def test_chips_have_the_colour_of_the_memory_they_take() -> None:
    config = CLUSTERS["seven"]
    chips = role_chips(config, make_plan(config))
    assert [(chip.text, chip.family) for chip in chips["n2"]] == [
        ("Swarm manager", "system"),
        ("DataNode", "daemons"),
        ("NodeManager", "daemons"),
        ("1 executor", "jobs"),
    ]
    assert [chip.text for chip in chips["n6"]] == ["DataNode", "NodeManager"]


def test_every_board_has_a_card_and_every_model_a_heading() -> None:
    config = CLUSTERS["three"]
    said = [text.text for text in texts(parsed(rack(config, make_plan(config))))]
    assert {"n0", "n1", "n2"} <= set(said)
    assert {"Raspberry Pi 4 Model B", "Raspberry Pi 3 Model B Plus"} <= set(said)
