"""The Swarm of three managers: what a plain run makes of it, and of what happens to it.

More: tests/shards/test_swarm_three.py.
"""

from pathlib import Path

import pytest
from cryptography import x509

from tests.conftest import History, LabUnderTest
from tests.lab import accidents, deploying, seen, swarm_seen
from tests.lab.refusing import refused_everywhere

THREE = {"pi8", "pi2a", "pi1a"}
ALONE = ("base", "docker", "swarm", "hdfs", "yarn", "spark")


def test_three_boards_manage_it(converged: LabUnderTest) -> None:
    swarm_seen.is_healthy(converged, THREE)


def test_the_dry_run_on_blank_boards_announces_each_step(history: History) -> None:
    announced = {
        name.removeprefix("Swarm | "): set(hosts)
        for name, hosts in history.dry.announced.items()
        if name.startswith("Swarm")
    }
    assert announced == {
        "Create the Swarm": {"pi8"},
        "Set the life of certificates": {"pi8"},
        "Join the Swarm": {"pi2a", "pi1a"},
        "Promote to manager": {"pi2a", "pi1a"},
        "Set labels and availability": THREE,
    }


@pytest.mark.parametrize("deploy", ALONE)
@pytest.mark.parametrize("options", [(), ("--limit", "pi1a")], ids=["all", "one"])
def test_each_service_alone_finds_nothing_to_do(
    converged: LabUnderTest, deploy: str, options: tuple[str, ...]
) -> None:
    run = deploying.apply(converged.environment, *options, deploy=f"deploys.{deploy}.apply")
    assert (run.code, run.changes, run.errors) == (0, 0, 0), run.log
    assert run.output["results"]["totals"]["no_change"] > 4


def test_certificates_live_for_a_year_from_the_first_on(converged: LabUnderTest) -> None:
    path = "/var/lib/docker/swarm/certificates/swarm-node.crt"
    for board in converged.boards.values():
        text = seen.shell(board, f"cat {path}")
        certificate = x509.load_pem_x509_certificates(text.encode())[0]
        life = certificate.not_valid_after_utc - certificate.not_valid_before_utc
        assert life.days == 365


def test_a_label_is_put_back_and_a_foreign_one_stays(converged: LabUnderTest) -> None:
    boards = converged.boards
    node = swarm_seen.node_id(boards, "pi1a")
    before = swarm_seen.labels(boards, "pi1a")
    seen.shell(
        swarm_seen.manager(boards),
        f"docker node update --label-rm pi.model --label-add pi.mem_gb=64 --label-add pi.old=1 "
        f"--label-add mine=yes --availability drain {node}",
    )
    run = accidents.mended(converged, THREE)
    assert run.executed == {"Swarm | Set labels and availability": frozenset({"pi1a"})}
    assert swarm_seen.labels(boards, "pi1a") == before | {"mine": "yes"}
    seen.shell(swarm_seen.manager(boards), f"docker node update --label-rm mine {node}")


@pytest.mark.parametrize("fingerprint", ["0" * 40, "F" * 40])
def test_a_wrong_key_of_dockers_archive(
    converged: LabUnderTest, tmp_path: Path, fingerprint: str
) -> None:
    declared = converged.lab.cluster_toml.read_text()
    vendors = tmp_path / "cluster.toml"
    vendors.write_text(declared.replace('source = "debian"', 'source = "docker-ce"'))
    assert vendors.read_text() != declared
    elsewhere = LabUnderTest(
        converged.lab, converged.environment | {"PICLUSTER_CONFIG": str(vendors)}
    )
    refused_everywhere(
        elsewhere,
        "deploys/docker/docker.asc holds the key",
        "9DC858229FC7DD38854AE2D88D81803C0EBFCD88",
        options=("--data", f"docker_key_fingerprint={fingerprint}"),
    )
