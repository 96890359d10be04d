"""Boards by their name, or by what they do, which is elsewhere in a lab of three."""

from docker.models.containers import Container

from picluster.plan import layout
from picluster.plan.load import load_config
from tests.conftest import LabUnderTest
from tests.lab import hadoop_seen, seen, swarm_seen
from tests.lab.faults.fault import Step

LEADER, PORTAINER = "leader", "portainer"


def name_of(lab: LabUnderTest, where: str) -> str:
    """The name of a board.

    + where: its name, a role that one board has, or who leads the Swarm's managers now
    """
    if where in lab.boards:
        return where
    if where == LEADER:
        return leader(lab)
    if where == PORTAINER:
        return layout.portainer(load_config(lab.lab.cluster_toml))
    (name,) = [n.node.name for n in hadoop_seen.plan(lab).nodes if where in n.roles]
    return name


def leader(lab: LabUnderTest) -> str:
    """Name of the board that leads the Swarm's managers."""
    (name,) = [
        node["Description"]["Hostname"]
        for node in swarm_seen.nodes(lab.boards)
        if (node.get("ManagerStatus") or {}).get("Leader")
    ]
    return str(name)


def board(lab: LabUnderTest, where: str) -> Container:
    """The same as a container."""
    return lab.boards[name_of(lab, where)]


def on(where: str, script: str) -> Step:
    """A shell script that root runs there."""
    return lambda lab: seen.shell(board(lab, where), script)
