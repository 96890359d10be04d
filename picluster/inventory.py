"""pyinfra's inventory, made from the plan: hosts, their data and their groups."""

import os
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from picluster.checked_plan import checked_plan
from picluster.plan.config import ClusterConfig
from picluster.plan.daemons import ROLES
from picluster.plan.errors import UserError
from picluster.plan.layout import home_page, managers, mirror, portainer
from picluster.plan.load import load_config
from picluster.plan.node import Node
from picluster.plan.plan import Plan
from picluster.project import cluster_directory
from picluster.secrets import Secrets, administrator_password
from picluster.ssh_key import checked_key

Host = tuple[str, dict[str, Any]]

CONNECT_RETRIES = 2
"""A board that is busy booting may refuse the first connection."""


class NoClusterError(UserError):
    """Raised when there is neither a cluster.toml nor a lab."""


@dataclass(frozen=True)
class Inventory:
    """What `inventory.py` gives to pyinfra."""

    all: tuple[list[Host], dict[str, Any]]
    groups: dict[str, list[str]]
    addresses: dict[str, str]
    user: str


def read_inventory(root: Path) -> Inventory:
    """The inventory of the cluster that is meant; says on stderr which one that is.

    Raises ConfigError for a file with problems, NoClusterError where there is none,
    PlanError for boards that cannot carry what is asked, TakenPortError for stacks that publish
    ports of the cluster's own, KeyFileError for an SSH key that is not there, SecretError for a
    password that cannot be one.
    """
    path, what = config_in_use(root)
    config = load_config(path)
    plan = checked_plan(config, root)
    _check_password(config)
    print(f"--> {what}: {_shown(path, root)}, {len(config.nodes)} boards", file=sys.stderr)
    return Inventory(
        all=([_host(node) for node in config.nodes], _shared(config, plan, root)),
        groups=groups_of(config, plan),
        addresses={node.name: str(node.address) for node in config.nodes},
        user=config.ssh.user,
    )


def _check_password(config: ClusterConfig) -> None:
    """Before any board is contacted: Portainer would end again and again over a wrong one."""
    file = config.portainer.admin_password_file
    if config.portainer.enabled and file is not None:
        administrator_password(
            Path(file).expanduser(), Secrets(cluster_directory(config.cluster.name))
        )


def config_in_use(root: Path) -> tuple[Path, str]:
    """The cluster.toml that counts, and in words which one it is. Raises NoClusterError."""
    named = os.environ.get("PICLUSTER_CONFIG")
    if named:
        return Path(named), "Cluster named by PICLUSTER_CONFIG"
    own = root / "cluster.toml"
    if own.exists() or own.is_symlink():  # a link that leads nowhere is a mistake to be told
        return own, "Cluster"
    lab = root / ".picluster" / os.environ.get("PICLUSTER_LAB", "lab") / "cluster.toml"
    if lab.exists():
        return lab, "No cluster.toml, so the lab of simulated boards"
    message = (
        "There is no cluster.toml and no lab.\n"
        "  For your own boards:  picluster init\n"
        "  For simulated ones:   picluster lab up"
    )
    raise NoClusterError(message)


def exit_with_problem(problem: UserError) -> NoReturn:
    """Ends the command with the message alone: a mistake in a file is no crash of ours."""
    print(f"\nError: {problem}", file=sys.stderr)
    raise SystemExit(1)


def groups_of(config: ClusterConfig, plan: Plan) -> dict[str, list[str]]:
    """Group name to node names: a group for each board model, and one for each role.

    All as planned: `manager` and `worker` share all nodes out; `portainer`, `mirror`, `home`, the
    roles of Hadoop (`namenode`, `datanode` …) and `spark`, the nodes that have its files, are there
    where the service is enabled.
    """
    groups: dict[str, list[str]] = defaultdict(list)
    planned = managers(config)
    for role in ROLES:
        if members := plan.having(role):
            groups[role] = list(members)
    if plan.spark is not None:
        groups["spark"] = list(plan.spark.nodes)
    if config.portainer.enabled:
        groups["portainer"].append(portainer(config))
    if config.mirror.enabled:
        groups["mirror"].append(mirror(config))
    if config.home.enabled:
        groups["home"].append(home_page(config))
    for node in config.nodes:
        groups[node.board.group].append(node.name)
        groups["manager" if node.name in planned else "worker"].append(node.name)
    return dict(groups)


def _shown(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


def _host(node: Node) -> Host:
    return (node.name, {"ssh_hostname": str(node.address), "node": node})


def _shared(config: ClusterConfig, plan: Plan, root: Path) -> dict[str, Any]:
    """Connection data of all hosts."""
    # Only here: whoever only wants to know which cluster is meant need not wait for paramiko.
    from picluster.connection import connect_arguments, patience

    state = root / ".picluster"
    state.mkdir(mode=0o700, exist_ok=True)
    data: dict[str, Any] = {
        "cluster": config,
        "plan": plan,
        "ssh_user": config.ssh.user,
        "ssh_port": config.ssh.port,
        "ssh_known_hosts_file": str(state / "known_hosts"),
        # The first key of a board is kept, another one later is refused: `picluster trust`.
        "ssh_strict_host_key_checking": "accept-new",
        "ssh_connect_retries": CONNECT_RETRIES,
        "ssh_connect_retry_min_delay": 1,
        "ssh_connect_retry_max_delay": 2,
        "ssh_paramiko_connect_kwargs": connect_arguments() | patience(),
    }
    if config.ssh.key_path is not None:
        data["ssh_key"] = str(checked_key(config.ssh.key_path))
    return data
