"""Whether each board answers over SSH."""

import errno
import shlex
import socket
from collections.abc import Mapping

from picluster.checks.check import SSH, Check
from picluster.checks.cluster import Cluster
from picluster.checks.verdict import AskError, Problem, Verdict, judged
from picluster.contact.ssh import Login
from picluster.contact.together import together
from picluster.plan.errors import UserError
from picluster.plan.node import Node
from picluster.plan.sections import Ssh

PROBE_SECONDS = 4.0
"""A board that is there greets at once; a login of its own would wait longer for a dead one."""


def ask(cluster: Cluster) -> Verdict:
    """Logs in to all boards at once, and keeps the logins for the other checks."""
    refused: dict[str, Problem] = {}
    for node, outcome in together(cluster.nodes, lambda node: _login(cluster, node)):
        match outcome:
            case AskError():
                refused[node.name] = outcome.problem
            case UserError():
                # The board is up; what is in the way differs, and its message says what to do.
                remedy = "do what is said there, then: picluster check --quick"
                refused[node.name] = Problem(str(outcome), remedy)
            case _:
                cluster.logins[node.name] = outcome
    return judge(cluster.nodes, refused)


def judge(nodes: tuple[Node, ...], refused: Mapping[str, Problem]) -> Verdict:
    """From what is in the way of a login, by the board's name."""
    problems = [
        Problem(
            f"{node.name} ({node.address}): {refused[node.name].reason}",
            refused[node.name].remedy,
        )
        for node in nodes
        if node.name in refused
    ]
    return judged(f"{len(nodes) - len(refused)} of {len(nodes)} boards", problems)


def command(node: Node, ssh: Ssh) -> str:
    """What a person types to log in."""
    port = [] if ssh.port == 22 else ["-p", str(ssh.port)]
    key = ["-i", str(ssh.key_path)] if ssh.key_path else []
    return shlex.join(["ssh", *port, *key, f"{ssh.user}@{node.address}"])


def _login(cluster: Cluster, node: Node) -> Login:
    _greeted(node, cluster.config.ssh)
    login = Login(node, cluster.config.ssh, cluster.known_hosts)
    cluster.stack.enter_context(login)
    return login


def _greeted(node: Node, ssh: Ssh) -> None:
    """Returns when an SSH server says what it is. Raises AskError."""
    try:
        with socket.create_connection((str(node.address), ssh.port), PROBE_SECONDS) as connection:
            connection.settimeout(PROBE_SECONDS)
            greeting = connection.recv(4)
    except OSError as error:
        raise _silent(error, node, ssh) from None
    if greeting != b"SSH-":
        raise AskError(
            f"what answers at port {ssh.port} is no SSH server",
            f"see to its address and to port under [ssh] in cluster.toml, then: "
            f"{command(node, ssh)}",
        )


def _silent(error: OSError, node: Node, ssh: Ssh) -> AskError:
    reason = "no answer" if isinstance(error, TimeoutError) else error.strerror or str(error)
    remedy = (
        "it has power and its network: wait where it still boots; else start its SSH server there "
        "(sudo systemctl start ssh), or see to port under [ssh] in cluster.toml"
        if error.errno == errno.ECONNREFUSED
        else "see to its power and its network cable"
    )
    return AskError(
        f"it does not answer at port {ssh.port} ({reason})", f"{remedy}, then: {command(node, ssh)}"
    )


CHECK = Check(
    SSH,
    "Every board answers over SSH",
    "a login on each board as the user of cluster.toml, with the trusted host key",
    ask,
    after=(),
)
