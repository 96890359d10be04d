"""How much of what each board offers YARN has given away, as its ResourceManager sees it."""

from collections.abc import Mapping

from pydantic import BaseModel

from picluster.checks import http
from picluster.plan.hadoop_ports import RESOURCEMANAGER_HTTP
from picluster.plan.plan import Plan
from picluster.status.node_use import NodeUse

SECONDS = 1.0
"""To connect, and again to answer: a ResourceManager that is well needs a few milliseconds."""

_REMEDY = "sudo systemctl status yarn-resourcemanager on its board tells more"


class _List(BaseModel):
    node: list[NodeUse] = []


class _Nodes(BaseModel):
    nodes: _List | None = None


def ask(plan: Plan) -> Mapping[str, NodeUse]:
    """Use by the board's name; none where the plan has no YARN.

    Raises AskError where the ResourceManager does not answer.
    """
    name = plan.only("resourcemanager")
    if name is None:
        return {}
    found = http.json(
        _Nodes,
        f"http://{plan.node(name).node.address}:{RESOURCEMANAGER_HTTP}/ws/v1/cluster/nodes",
        _REMEDY,
        seconds=SECONDS,
        connect_seconds=SECONDS,
    )
    # One that came back under another port stands there twice.
    nodes = sorted(found.nodes.node if found.nodes else [], key=lambda node: node.is_running)
    return {node.board: node for node in nodes}
