"""Portainer on three boards: set up, seen from outside, mended after what people do to it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import History, LabUnderTest
from tests.lab import accidents, deploying, portainer_seen, seen, swarm_seen
from tests.lab.refusing import refused_everywhere

MANAGERS = {"pi8", "pi2a", "pi1a"}
FIRST = frozenset({"pi8"})
LISTENER = "import signal, socket; s = socket.create_server(('', 9443)); signal.pause()"


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


def service_removed(under_test: LabUnderTest) -> None:
    manager = swarm_seen.manager(under_test.boards)
    seen.shell(manager, f"docker service rm {portainer_seen.SERVER}")


def service_changed(under_test: LabUnderTest) -> None:
    manager = swarm_seen.manager(under_test.boards)
    seen.shell(manager, f"docker service update --detach --env-add A=b {portainer_seen.SERVER}")


def environment_deleted(under_test: LabUnderTest) -> None:
    for environment in portainer_seen.environments(under_test):
        path = f"/endpoints/{environment['Id']}"
        portainer_seen.call(under_test, "DELETE", path, portainer_seen.BOARD)


def agent_killed(under_test: LabUnderTest) -> None:
    board = under_test.boards["pi1a"]
    seen.shell(board, f"docker kill {portainer_seen.container(board, portainer_seen.AGENT)}")


ACCIDENTS: dict[str, tuple[Callable[[LabUnderTest], None], dict[str, frozenset[str]]]] = {
    "service changed by hand": (service_changed, {"Portainer | Deploy the server": FIRST}),
    "environment deleted": (environment_deleted, {"Portainer | Show it the Swarm": FIRST}),
    "agent killed": (agent_killed, {}),
}


@pytest.mark.parametrize("accident", ACCIDENTS)
def test_one_plain_run_mends(converged: LabUnderTest, accident: str) -> None:
    happens, executed = ACCIDENTS[accident]
    before = portainer_seen.password(converged)
    happens(converged)
    run = portainer_seen.mended(converged)
    assert run.executed == executed
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


def test_a_port_that_somebody_else_has(converged: LabUnderTest) -> None:
    board = converged.boards[portainer_seen.BOARD]
    service_removed(converged)
    accidents.wait_for(lambda: not seen.shell(board, "ss -Hltn 'sport = :9443'"), "still taken")
    seen.shell(board, f'systemd-run --unit=squatter python3 -c "{LISTENER}"')
    accidents.wait_for(lambda: bool(seen.shell(board, "ss -Hltn 'sport = :9443'")), "not taken")
    try:
        refused_everywhere(converged, "TCP port 9443 of pi2a", "the program python3")
    finally:
        seen.shell(board, "systemctl stop squatter")
    run = portainer_seen.mended(converged)
    assert run.executed == {"Portainer | Deploy the server": FIRST}


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
