"""Portainer on three boards: set up, seen from outside, mended after what people do to it.

More: tests/shards/test_portainer.py, and tests/lab/drifts/portainer.py.
"""

from pathlib import Path

import pytest

from tests.conftest import History, LabUnderTest
from tests.lab import deploying, portainer_seen
from tests.lab.drifts.portainer import environment_deleted
from tests.lab.refusing import refused_everywhere

FIRST = frozenset({"pi8"})


def test_the_dry_run_on_blank_boards_announces_each_step(history: History) -> None:
    announced = {
        name.removeprefix("Portainer | "): hosts
        for name, hosts in history.dry.announced.items()
        if name.startswith("Portainer")
    }
    assert announced == {
        "Label the server's board": frozenset({portainer_seen.BOARD}),
        "Deploy the agents": FIRST,
        "Deploy the server": FIRST,
        "Make the administrator": FIRST,
        "Show it the Swarm": FIRST,
    }


def test_its_page_shows_every_board(converged: LabUnderTest) -> None:
    portainer_seen.is_healthy(converged)
    (ours,) = portainer_seen.environments(converged)
    assert (ours["Type"], ours["Status"]) == (2, 1)
    settings = portainer_seen.call(converged, "GET", "/settings", portainer_seen.BOARD)
    assert not settings.get("EnableTelemetry")


def test_secrets_are_the_owners_alone(converged: LabUnderTest) -> None:
    folder = portainer_seen.folder(converged)
    assert folder.stat().st_mode & 0o777 == 0o700
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"portainer-admin-password", "ca-key.pem"}
    public = {path.name for path in files if path.stat().st_mode & 0o077}
    assert not public


@pytest.mark.parametrize("options", [(), ("--limit", "pi1a")], ids=["all", "one"])
def test_alone_it_finds_nothing_to_do(converged: LabUnderTest, options: tuple[str, ...]) -> None:
    run = deploying.apply(converged.environment, *options, deploy="deploys.portainer.apply")
    assert (run.code, run.changes, run.errors) == (0, 0, 0), run.log
    assert run.output["results"]["totals"]["no_change"] > 4


def test_a_deleted_environment_comes_back_and_the_password_stays(converged: LabUnderTest) -> None:
    before = portainer_seen.password(converged)
    environment_deleted(converged)
    run = portainer_seen.mended(converged)
    assert run.executed == {"Portainer | Show it the Swarm": FIRST}
    assert portainer_seen.password(converged) == before


def test_a_second_environment_stays_and_is_named(converged: LabUnderTest) -> None:
    form = {
        "Name": "by hand", "EndpointCreationType": "2", "URL": "tcp://tasks.agent:9001",
        "TLS": "true", "TLSSkipVerify": "true", "TLSSkipClientVerify": "true",
    }  # fmt: skip
    made = portainer_seen.call(
        converged, "POST", "/endpoints", portainer_seen.BOARD,
        files={key: (None, value) for key, value in form.items()},
    )  # fmt: skip
    run = deploying.apply(converged.environment)
    assert (run.code, run.changes) == (0, 0), run.executed
    assert "another environment, by hand" in run.log
    assert len(portainer_seen.environments(converged)) == 2
    portainer_seen.call(converged, "DELETE", f"/endpoints/{made['Id']}", portainer_seen.BOARD)


def test_a_password_changed_by_hand(converged: LabUnderTest) -> None:
    old, new = portainer_seen.password(converged), "another-one-by-hand"
    file = portainer_seen.folder(converged) / "portainer-admin-password"
    change = {"Password": old, "NewPassword": new}
    board = portainer_seen.BOARD
    portainer_seen.call(converged, "PUT", "/users/1/passwd", board, json=change)
    try:
        refused_everywhere(converged, "portainer-admin-password is not that of its user admin")
        file.write_text(f"{new}\n")
        assert deploying.apply(converged.environment).changes == 0
    finally:
        file.write_text(f"{new}\n")
        change = {"Password": new, "NewPassword": old}
        portainer_seen.call(converged, "PUT", "/users/1/passwd", board, json=change)
        file.write_text(f"{old}\n")
    portainer_seen.is_healthy(converged)


def test_data_on_another_board_than_planned(converged: LabUnderTest, tmp_path: Path) -> None:
    declared = converged.lab.cluster_toml.read_text()
    moved = tmp_path / "cluster.toml"
    pinned = declared.replace('name = "pi1a"', 'name = "pi1a"\nroles = ["portainer"]')
    assert pinned != declared
    moved.write_text(pinned)
    elsewhere = LabUnderTest(
        converged.lab, converged.environment | {"PICLUSTER_CONFIG": str(moved)}
    )
    refused_everywhere(elsewhere, "its data is on pi2a", "planned for pi1a")


@pytest.mark.parametrize(
    ("password", "words"),
    [("x" * 73, "takes 72 at most"), ("short", "wants 12 at least"), ("", "empty")],
)
def test_a_password_that_cannot_be(
    converged: LabUnderTest, tmp_path: Path, password: str, words: str
) -> None:
    file, config = tmp_path / "password", tmp_path / "cluster.toml"
    file.write_text(password)
    declared = converged.lab.cluster_toml.read_text()
    config.write_text(
        declared.replace("[portainer]", f'[portainer]\nadmin_password_file = "{file}"')
    )
    environment = converged.environment | {"PICLUSTER_CONFIG": str(config)}
    for run in (deploying.dry_run(environment), deploying.apply(environment)):
        assert run.code == 1
        assert words in run.log
        assert str(file) in run.log
        assert "Traceback" not in run.log
        assert not password or password not in run.log
