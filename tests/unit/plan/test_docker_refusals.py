"""Which engines are not touched, and what their owner is told to do."""

from dataclasses import replace

import pytest

from picluster.plan.docker_refusals import FoundEngine, WishedEngine, refusals

WISHED = WishedEngine("docker-ce", "29", "/var/lib/docker", None)
ON_DISK = WishedEngine("docker-ce", "29", "/srv/ssd/docker", "/srv/ssd")
BLANK = FoundEngine(None, None, False, "/var/lib/docker", False, False, 0, True)
RUNNING = replace(BLANK, docker_ce="5:29.1.3-1~debian.12~bookworm", active=True, in_swarm=True)


@pytest.mark.parametrize(
    ("found", "wished"),
    [
        (BLANK, WISHED),
        (BLANK, replace(WISHED, source="debian")),
        (RUNNING, WISHED),
        (RUNNING, replace(WISHED, version="29.9.9")),
        (replace(BLANK, mounted=True), ON_DISK),
        # Nothing there that would be lost.
        (replace(RUNNING, mounted=True, in_swarm=False), ON_DISK),
        (replace(RUNNING, mounted=True, data_root="/srv/ssd/docker"), ON_DISK),
        # Moved by hand, and stopped meanwhile.
        (replace(RUNNING, mounted=True, active=False, copied=True), ON_DISK),
    ],
)
def test_touched(found: FoundEngine, wished: WishedEngine) -> None:
    assert refusals(found, wished) == []


def test_storage_that_is_not_mounted() -> None:
    (reason,) = refusals(BLANK, ON_DISK)
    assert "nothing is mounted at its declared storage /srv/ssd" in reason
    assert "/etc/fstab" in reason
    assert "cluster.toml" in reason


def test_an_engine_of_no_package() -> None:
    (reason,) = refusals(replace(BLANK, foreign="/usr/local/bin/dockerd"), WISHED)
    assert "/usr/local/bin/dockerd; remove it" in reason


@pytest.mark.parametrize(
    ("changes", "held"),
    [
        ({"in_swarm": True}, "holds this node's place in its Swarm,"),
        ({"in_swarm": False, "containers": 1}, "holds 1 container,"),
        ({"containers": 3}, "holds this node's place in its Swarm and 3 containers,"),
        # A copy of an engine that goes on is old already.
        ({"copied": True}, "place in its Swarm"),
        ({"copied": False, "active": False}, "place in its Swarm"),
    ],
)
def test_data_elsewhere(changes: dict[str, object], held: str) -> None:
    found = replace(RUNNING, mounted=True, copied=False)
    (reason,) = refusals(replace(found, **changes), ON_DISK)  # type: ignore[arg-type]
    assert held in reason
    assert "systemctl stop docker.socket docker.service" in reason
    assert "rsync -aHAX --numeric-ids /var/lib/docker/ /srv/ssd/docker/" in reason


def test_data_on_a_disk_that_is_no_longer_declared() -> None:
    found = replace(RUNNING, data_root="/srv/ssd/docker", copied=False)
    (reason,) = refusals(found, WISHED)
    assert "rsync -aHAX --numeric-ids /srv/ssd/docker/ /var/lib/docker/" in reason


@pytest.mark.parametrize("accepted", [None, "29", "31"])
def test_another_major(accepted: str | None) -> None:
    wished = replace(WISHED, version="30.1", accepted_major=accepted)
    (reason,) = refusals(RUNNING, wished)
    assert "docker-ce 5:29.1.3-1~debian.12~bookworm is installed and 30.1 is wished" in reason
    assert "https://docs.docker.com/engine/release-notes/30/" in reason
    assert "--data accept_docker_major=30" in reason
    assert "no way back" not in reason


def test_another_major_that_the_owner_accepts() -> None:
    assert refusals(RUNNING, replace(WISHED, version="30.1", accepted_major="30")) == []


def test_an_older_major() -> None:
    (reason,) = refusals(RUNNING, replace(WISHED, version="28"))
    assert 'Docker knows no way back: rather write version = "29"' in reason
    assert refusals(RUNNING, replace(WISHED, version="28", accepted_major="28")) == []


def test_a_version_of_an_unknown_form() -> None:
    assert len(refusals(replace(RUNNING, docker_ce="nightly"), WISHED)) == 1


def test_back_to_debians_engine() -> None:
    (reason,) = refusals(RUNNING, replace(WISHED, source="debian", accepted_major="29"))
    assert 'Write source = "docker-ce" in [docker]' in reason


def test_all_reasons_at_once() -> None:
    found = replace(RUNNING, foreign="/opt/dockerd", copied=False)
    assert len(refusals(found, replace(ON_DISK, version="30"))) == 4
