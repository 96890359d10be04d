"""What the Swarm is told of a node."""

from deploys.swarm import settings
from picluster.plan.thermal import BANDS
from tests.deploys.hadoop_boards import HEAD, SMALL, plan_of


def test_labels_say_what_a_board_is() -> None:
    plan = plan_of(storage="/srv/ssd")
    assert settings.labels(plan.node(HEAD).node, "aarch64", "cool") == {
        "pi.model": "4B",
        "pi.mem_gb": "8",
        "pi.cores": "4",
        "pi.arch": "aarch64",
        "pi.network": "gigabit",
        "pi.storage": "disk",
        "pi.thermal": "cool",
    }
    assert settings.labels(plan.node(SMALL).node, "aarch64", "cool")["pi.storage"] == "sd"


def test_a_band_changes_one_label() -> None:
    node = plan_of().node(SMALL).node
    cool = settings.labels(node, "aarch64", "cool")
    for band in BANDS:
        assert settings.labels(node, "aarch64", band) == cool | {"pi.thermal": band}
    assert all(key.startswith(settings.PREFIX) for key in cool)
