"""Whether each board answers over SSH."""

import socket
from collections.abc import Mapping

from picluster.checks.check import SSH, Check
from picluster.checks.cluster import Cluster
from picluster.checks.verdict import Problem, Verdict, judged
from picluster.contact.ssh import Login, LoginError
from picluster.contact.together import together
from picluster.plan.errors import UserError
from picluster.plan.node import Node

PROBE_SECONDS = 4.0
"""A board that is there greets at once; a login of its own would wait longer for a dead one."""


def ask(cluster: Cluster) -> Verdict:
    """Logs in to all boards at once, and keeps the logins for the other checks."""
    refused: dict[str, str] = {}
    for node, outcome in together(cluster.nodes, lambda node: _login(cluster, node)):
        if isinstance(outcome, UserError):
            refused[node.name] = str(outcome)
        else:
            cluster.logins[node.name] = outcome
    return judge(cluster.nodes, refused)


def judge(nodes: tuple[Node, ...], refused: Mapping[str, str]) -> Verdict:
    """From the reason why a login failed, by the board's name."""
    problems = [
        Problem(
            f"{node.name} ({node.address}): {refused[node.name]}",
            f"see to its power and its network cable, then: ssh {node.address}",
        )
        for node in nodes
        if node.name in refused
    ]
    return judged(f"{len(nodes) - len(refused)} of {len(nodes)} boards", problems)


def _login(cluster: Cluster, node: Node) -> Login:
    _greeted(str(node.address), cluster.config.ssh.port)
    login = Login(node, cluster.config.ssh, cluster.known_hosts)
    cluster.stack.enter_context(login)
    return login


def _greeted(address: str, port: int) -> None:
    """Returns when an SSH server says what it is. Raises LoginError."""
    try:
        with socket.create_connection((address, port), PROBE_SECONDS) as connection:
            connection.settimeout(PROBE_SECONDS)
            greeting = connection.recv(4)
    except OSError as error:
        reason = "no answer" if isinstance(error, TimeoutError) else error.strerror or str(error)
        raise LoginError(f"it does not answer at port {port} ({reason})") from None
    if greeting != b"SSH-":
        raise LoginError(f"what answers at port {port} is no SSH server")


CHECK = Check(
    SSH,
    "Every board answers over SSH",
    "a login on each board as the user of cluster.toml, with the trusted host key",
    ask,
    after=(),
)
