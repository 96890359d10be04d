"""The Swarm as its managers see it, asked on the boards themselves, past pyinfra and the facts."""

import json
from typing import Any

from docker.models.containers import Container

from picluster.lab import machine
from tests.conftest import LabUnderTest
from tests.lab import deploying, seen

LIST = "docker node ls -q | xargs docker node inspect --format '{{json .}}'"


def manager(boards: dict[str, Container]) -> Container:
    """A board that manages the Swarm now."""
    for board in boards.values():
        board.reload()
        if board.status == "running" and machine.run(board, "docker", "node", "ls")[0] == 0:
            return board
    message = "no board manages the Swarm"
    raise AssertionError(message)


def nodes(boards: dict[str, Container]) -> list[dict[str, Any]]:
    """All nodes that the Swarm knows, stale ones too."""
    output = seen.shell(manager(boards), LIST)
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")]


def summary(boards: dict[str, Container]) -> dict[str, str]:
    """Host name to state and role: `pi8: ready manager`; a name that stands twice fails."""
    found = nodes(boards)
    names = [node["Description"]["Hostname"] for node in found]
    assert sorted(names) == sorted(set(names)), f"stale entries: {names}"
    return {
        node["Description"]["Hostname"]: f"{node['Status']['State']} {_role(node)}"
        for node in found
    }


def summary_of(boards: dict[str, Container], name: str) -> str:
    """State and role of one board's node."""
    return summary(boards)[name]


def _role(node: dict[str, Any]) -> str:
    circle = node.get("ManagerStatus") or {}
    if not circle:
        return str(node["Spec"]["Role"])
    return f"{node['Spec']['Role']} {circle['Reachability']}"


def node_id(boards: dict[str, Container], name: str) -> str:
    """The ID of a board's node."""
    (found,) = [n for n in nodes(boards) if n["Description"]["Hostname"] == name]
    return str(found["ID"])


def labels(boards: dict[str, Container], name: str) -> dict[str, str]:
    """All labels of a board's node."""
    (found,) = [n for n in nodes(boards) if n["Description"]["Hostname"] == name]
    return dict(found["Spec"]["Labels"])


def is_healthy(under_test: LabUnderTest, managers: set[str]) -> None:
    """Every board is a ready node in its role, with its labels, and a run changes nothing."""
    boards = under_test.boards
    assert summary(boards) == {
        name: "ready manager reachable" if name in managers else "ready worker" for name in boards
    }
    for node in nodes(boards):
        memory = machine.board_of(boards[node["Description"]["Hostname"]]).memory_total_kb
        label = float(node["Spec"]["Labels"]["pi.mem_gb"])
        assert 0.85 * label < memory / 2**20 <= label
        assert node["Spec"]["Availability"] == "active"
    again = deploying.apply(under_test.environment)
    assert (again.code, again.changes, again.errors) == (0, 0, 0), again.executed
