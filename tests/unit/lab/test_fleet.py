"""The lab's cluster and what its boards pretend to be."""

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest
import tomli

from picluster.lab import cluster_file
from picluster.lab.fleet import MEMTOTAL_KB, REVISIONS, NotSimulatedError, fleet
from picluster.plan.config import ClusterConfig
from picluster.plan.load import load_config, parse_config
from picluster.plan.revision import decode_revision, memory_class_mb

ROOT = Path(__file__).parents[3]
SUBNET = IPv4Network("192.168.80.0/24")


@pytest.fixture(autouse=True)
def project(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A checkout of a test's own."""
    (tmp_path / "inventory.py").touch()
    (tmp_path / "deploys").mkdir()
    (tmp_path / "cluster.example.toml").write_text((ROOT / "cluster.example.toml").read_text())
    monkeypatch.chdir(tmp_path)


def composed(boards: int) -> ClusterConfig:
    """The lab's cluster.toml, read as every other one."""
    return parse_config(tomli.loads(cluster_file.compose("lab", SUBNET, boards)), "lab")


@pytest.mark.parametrize("boards", [3, 7])
def test_the_lab_has_the_examples_boards_at_its_own_addresses(boards: int) -> None:
    config, example = composed(boards), load_config(ROOT / "cluster.example.toml")
    assert len(config.nodes) == boards
    declared = {node.name: node for node in example.nodes}
    for node in config.nodes:
        assert (node.model, node.memory_gb) == (
            declared[node.name].model,
            declared[node.name].memory_gb,
        )
        assert node.address in SUBNET
        assert int(node.address) % 256 == int(declared[node.name].address) % 256


def test_the_small_lab_differs_as_much_as_the_big_one() -> None:
    assert {node.memory_gb for node in composed(3).nodes} == {8, 2, 1}


def test_the_labs_debian_is_the_source_of_docker() -> None:
    assert composed(7).docker.source == "debian"


def test_the_labs_hub_is_asked_for_images_and_packages() -> None:
    config = composed(7)
    assert config.docker.registry_mirrors == ("http://192.168.80.2:5000",)
    assert config.mirror.registry == "http://192.168.80.2:5000"
    assert config.system.apt_proxy == "http://192.168.80.2:3142"
    assert not config.mirror.enabled
    assert IPv4Address("192.168.80.2") not in {node.address for node in config.nodes}


def test_each_lab_is_a_cluster_of_its_own_name() -> None:
    text = cluster_file.compose("test-second", SUBNET, 3)
    assert parse_config(tomli.loads(text), "lab").cluster.name == "picluster-test-second"
    assert composed(3).cluster.name == "picluster-lab"


def test_no_two_boards_share_serial_or_mac() -> None:
    boards = fleet(composed(7), {"pi1c": "trixie"})
    assert len({board.mac for board in boards}) == len({board.serial for board in boards}) == 7
    assert [board.release for board in boards].count("trixie") == 1


def test_a_boards_revision_says_what_it_is() -> None:
    for (model, memory_mb), code in REVISIONS.items():
        revision = decode_revision(code)
        assert (revision.model_name, revision.memory_mb) == (model, memory_mb)
        assert memory_class_mb(MEMTOTAL_KB[memory_mb]) == memory_mb


def test_a_board_that_the_lab_cannot_play() -> None:
    config = composed(3)
    node = config.nodes[0].model_copy(update={"model": "CM4"})
    with pytest.raises(NotSimulatedError, match="no simulated CM4 with 8 GB"):
        fleet(config.model_copy(update={"nodes": (node,)}), {})
