"""The YARN deploy."""

from pyinfra import host
from pyinfra.api import deploy

from deploys import hadoop, hdfs, preflight, thermal
from deploys.roles import hosts
from deploys.yarn import settings
from operations import daemon, verify, yarn
from operations import hdfs as hdfs_operations
from operations.yarn_found import Where
from picluster.artefacts import HADOOP
from picluster.plan.derating import derated
from picluster.plan.hadoop_daemons import HISTORYSERVER, NODEMANAGER, RESOURCEMANAGER


def resourcemanager() -> Where | None:
    """Where the ResourceManager is; None where the plan has no YARN."""
    plan = host.data.plan
    name = plan.only("resourcemanager")
    if name is None:
        return None
    return Where(
        host=hosts()[name],
        address=str(plan.node(name).node.address),
    )


@deploy("YARN")
def apply() -> None:
    """Installs YARN, and has its daemons run with the wished settings."""
    preflight.apply()
    where, namenode = resourcemanager(), hdfs.namenode()
    if where is None or namenode is None:
        _remove()
        return
    hdfs.refuse()
    node = host.data.node
    plan = derated(host.data.plan, node.name, thermal.treatment())
    files = settings.files(plan, node, HADOOP, host.data.cluster.thermal)
    digests = settings.digests(files)
    daemon.stop(
        name="Stop YARN daemons that are elsewhere now",
        units=[unit for unit in settings.UNITS if unit not in digests],
    )
    hadoop.install()
    daemon.settings(
        name="Write YARN's settings",
        entries=files,
        units=list(settings.UNITS),
        absent=settings.PATHS,
    )
    hdfs_operations.directories(
        name="Make YARN's directories in HDFS",
        namenode=namenode,
        wished=settings.directories(plan),
    )
    yarn.refresh_nodes(
        name="Tell the ResourceManager of new nodes",
        nodes=list(map(_yarn_name, plan.having("nodemanager"))),
        manager=where,
        present=where.host == host.name,
    )
    _run(where, digests)
    verify.yarn(
        name="Verify YARN",
        node=_yarn_name(node.name),
        nodes={
            _yarn_name(name): (plan.node(name).yarn_mb, plan.node(name).vcores)
            for name in plan.having("nodemanager")
        },
        manager=where,
    )


def _run(where: Where, digests: dict[str, str]) -> None:
    """Starts and restarts the ResourceManager before the NodeManagers: one that meets none at its
    start, or a strange one, asks again only after a while.
    """
    address = str(host.data.node.address)
    own = hadoop.units_of(RESOURCEMANAGER, digests)
    page = f"http://{address}:{RESOURCEMANAGER.port}/ws/v1/cluster/info"
    ready = {RESOURCEMANAGER.unit: f'{page} "haState":"ACTIVE"'}
    daemon.start(name="Start the ResourceManager", units=own, ready=ready, present=bool(own))
    daemon.restart(name="Restart the ResourceManager", units=own, ready=ready, present=bool(own))
    own = hadoop.units_of(NODEMANAGER, digests)
    page = f"http://{address}:{NODEMANAGER.port}/ws/v1/node/info"
    ready = {NODEMANAGER.unit: f"{page} nodeInfo"}
    yarn.start_nodemanager(
        name="Start the NodeManager",
        node=_yarn_name(host.data.node.name),
        units=own,
        manager=where,
        ready=ready,
        present=bool(own),
    )
    # All at once: their containers go on without them.
    daemon.restart(name="Restart the NodeManager", units=own, ready=ready, present=bool(own))
    own = hadoop.units_of(HISTORYSERVER, digests)
    page = f"http://{address}:{HISTORYSERVER.port}/ws/v1/history/info"
    ready = {HISTORYSERVER.unit: f"{page} historyInfo"}
    daemon.start(name="Start the history server", units=own, ready=ready, present=bool(own))
    daemon.restart(name="Restart the history server", units=own, ready=ready, present=bool(own))


def _yarn_name(name: str) -> str:
    """What YARN calls a node: the first name that /etc/hosts has for its address, the full one."""
    return f"{name}.{host.data.cluster.cluster.domain}"


def _remove() -> None:
    """Takes the daemons away; data stays, and programs while HDFS needs them."""
    daemon.stop(name="Stop YARN's daemons", units=list(settings.UNITS))
    daemon.settings(
        name="Remove YARN's settings",
        entries=[],
        units=list(settings.UNITS),
        absent=settings.PATHS,
    )
    hadoop.install()
