"""What the lab says of Portainer: where it is, and whether it is the real one."""

from ipaddress import IPv4Network
from pathlib import Path

import pytest

from picluster.lab import cluster_file, report
from picluster.lab.hub import Offer

ROOT = Path(__file__).parents[3]
PLAYED = Offer("portainer/portainer-ce:2.45.0", "the stand-in", True, "id", "digest")
OWN = Offer("portainer/portainer-ce:2.45.0", "from this computer's Docker", False, "id", "digest")


@pytest.fixture
def cluster_toml(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The cluster.toml of a lab of seven boards, where nothing listens."""
    (tmp_path / "inventory.py").touch()
    (tmp_path / "deploys").mkdir()
    (tmp_path / "cluster.example.toml").write_text((ROOT / "cluster.example.toml").read_text())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(report, "_is_open", lambda address, port: False)
    path = tmp_path / "cluster.toml"
    path.write_text(cluster_file.compose("lab", IPv4Network("192.168.80.0/24"), 7))
    return path


@pytest.mark.parametrize(
    ("offers", "source"),
    [([PLAYED], "stand-in"), ([OWN], "from this computer's Docker"), ([], "from Docker Hub")],
)
def test_the_url_is_that_of_the_board_with_portainer(
    cluster_toml: Path, offers: list[Offer], source: str
) -> None:
    found = report.portainer_report(cluster_toml, offers)
    assert found == report.PortainerReport("https://192.168.80.12:9443", False, source)


def test_a_cluster_without_portainer(cluster_toml: Path) -> None:
    before, heading, after = cluster_toml.read_text().partition("[portainer]\n")
    text = before + heading + after.replace("enabled = true", "enabled = false", 1)
    cluster_toml.write_text(text)
    assert report.portainer_report(cluster_toml, [PLAYED]) is None


def test_a_lab_whose_start_was_cut_off(cluster_toml: Path) -> None:
    cluster_toml.unlink()
    assert report.portainer_report(cluster_toml, [PLAYED]) is None
