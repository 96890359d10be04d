"""The files of Hadoop on planned boards, read as Hadoop and systemd read them."""

from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

from deploys.hdfs import settings as hdfs
from deploys.yarn import settings as yarn
from picluster.artefacts import Archive
from picluster.plan.plan import NodePlan, Plan, make_plan
from picluster.plan.thermal_section import Thermal
from picluster.plan.tree import Entry
from tests.unit.plan.clusters import cluster

ARCHIVE = Archive("hadoop", "3.5.0", "ab" * 32, 1)
WATCHED = Thermal()
HEAD, SECOND, SMALL = "n0", "n1", "n2"


def plan_of(*more: dict[str, Any], storage: str | None = None, **tables: Any) -> Plan:
    """Three boards of 8, 4 and 1 GB, and more; `storage` is the first one's."""
    boards: list[dict[str, Any]] = [
        {"memory_gb": 8, **({"storage": storage} if storage else {})},
        {"memory_gb": 4},
        {"model": "3B+", "memory_gb": 1},
        *more,
    ]
    return make_plan(cluster(*boards, **tables))


def changed(plan: Plan, name: str, **values: Any) -> Plan:
    """The plan with other values for one node."""
    nodes: list[NodePlan] = [
        replace(one, **values) if one.node.name == name else one for one in plan.nodes
    ]
    return replace(plan, nodes=tuple(nodes))


def files(
    plan: Plan, name: str, archive: Archive = ARCHIVE, thermal: Thermal = WATCHED
) -> dict[str, Entry]:
    """All of a board, by path; the folders of data are both deploys' alike."""
    node = plan.node(name).node
    found: dict[str, Entry] = {}
    for entry in (*hdfs.files(plan, node, archive), *yarn.files(plan, node, archive, thermal)):
        assert found.setdefault(entry.path, entry) == entry
    return found


def digests(plan: Plan, name: str, archive: Archive = ARCHIVE) -> dict[str, str]:
    """What each unit of a board notes."""
    entries = list(files(plan, name, archive).values())
    return {**hdfs.digests(entries), **yarn.digests(entries)}


def restarted(before: Plan, after: Plan) -> set[tuple[str, str]]:
    """Nodes and units that run with something else after a change of the plan; new ones are not
    among them.
    """
    known = {one.node.name for one in before.nodes}
    return {
        (one.node.name, unit)
        for one in after.nodes
        if one.node.name in known
        for unit, digest in digests(after, one.node.name).items()
        if digests(before, one.node.name).get(unit, digest) != digest
    }


def site(plan: Plan, name: str, path: str, thermal: Thermal = WATCHED) -> dict[str, str]:
    """The settings in an XML file below /etc/hadoop."""
    content = files(plan, name, thermal=thermal)[f"/etc/hadoop/{path}"].content
    root = ElementTree.fromstring(content)  # noqa: S314 - our own
    pairs = [(one.findtext("name"), one.findtext("value")) for one in root.iter("property")]
    found = {key: value for key, value in pairs if key is not None and value is not None}
    assert len(found) == len(pairs)
    return found


def unit(plan: Plan, name: str, unit_name: str) -> list[str]:
    """The lines of a unit."""
    content = files(plan, name)[f"/etc/systemd/system/{unit_name}.service"].content
    return content.decode().splitlines()
