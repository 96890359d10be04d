"""YARN: what the ResourceManager of a board says of its nodes, and the lists that it goes by."""

import ipaddress
import json
import re
import shlex
from typing import Any

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from facts.answer import REPORT_FILE, Answer
from facts.arguments import RefusedArgumentError, checked_names, refusal
from facts.service import RECORDS
from picluster.plan.hadoop_daemons import RESOURCEMANAGER
from picluster.plan.node_lists import names
from picluster.plan.yarn import ManagerState, NodeReport

UNIT = RESOURCEMANAGER.unit
TOLD = f"{RECORDS}/yarn-nodes.told"
"""Which lists the running ResourceManager was told after its start: its unit's invocation and
their digest."""

STATES = "NEW,RUNNING,UNHEALTHY,DECOMMISSIONING,DECOMMISSIONED,LOST,REBOOTED,SHUTDOWN"
"""Unasked, it does not tell of nodes that are gone."""

_COMMAND = (
    r"""export LC_ALL=C PATH="$PATH:/usr/sbin"
"""
    + REPORT_FILE
    + r"""
if [ ! -d /run/systemd/system ]; then echo systemd=0; exit; fi
echo systemd=1
systemctl show --no-pager --property=ActiveState,InvocationID -- @unit@ |
  awk '{ key = $0; sub(/=.*/, "", key); print tolower(key) "=" substr($0, length(key) + 2) }'
echo "told=$(head -n 1 @told@ 2>/dev/null | tr -dc '[:print:]')"
report_file include @include@
report_file exclude @exclude@
get() { curl -s -f --noproxy '*' --max-time 10 @url@"$1" 2>/dev/null | base64 -w0; }
if systemctl --quiet is-active @unit@; then
  printf 'info=:%s\nnodes=:%s\n' "$(get info)" "$(get 'nodes?states=@states@')"
else printf 'info=\nnodes=\n'; fi
"""
)


def parse_manager(output: list[str]) -> ManagerState:
    """The board's answer as data; raises FactProcessError where it cannot be understood."""
    answer = Answer(output)
    if not answer.flag("systemd"):
        raise FactProcessError(
            "systemd does not run there (a chroot, or a container without it), so YARN cannot be "
            "looked after"
        )
    invocation, _, digest = (answer.text("told") or "").partition(" ")
    active = answer.required("activestate") in ("active", "reloading")
    current = active and bool(invocation) and invocation == answer.text("invocationid")
    answers = _json(answer, "info").get("clusterInfo", {}).get("haState") == "ACTIVE"
    return ManagerState(
        active=active,
        answers=answers,
        include=_names(answer, "include"),
        exclude=_names(answer, "exclude"),
        told=digest if current else None,
        nodes=_nodes(_json(answer, "nodes")) if answers else {},
    )


def _names(answer: Answer, key: str) -> list[str] | None:
    content = answer.file(key, f"the {key} list of YARN's nodes")
    return None if content is None else names(content.decode(errors="replace").splitlines())


def _json(answer: Answer, key: str) -> dict[str, Any]:
    """What a page of the ResourceManager said; empty where it did not answer."""
    content = answer.file(key, f"the ResourceManager's page {key}")
    if not content:
        return {}
    try:
        data = json.loads(content)
    except ValueError:
        data = None
    if not isinstance(data, dict) or not all(isinstance(v, dict | None) for v in data.values()):
        raise FactProcessError(f"the ResourceManager's page {key} is not what Hadoop writes")
    return {name: value or {} for name, value in data.items()}


def _nodes(page: dict[str, Any]) -> dict[str, NodeReport]:
    """A list, or of a single node, with some versions, that node itself."""
    entries = page.get("nodes", {}).get("node") or []
    entries = [entries] if isinstance(entries, dict) else entries
    found: dict[str, NodeReport] = {}
    for entry in entries:
        try:
            name, report = str(entry["nodeHostName"]), _report(entry)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise FactProcessError(
                "a node of the ResourceManager lacks its name, state or size"
            ) from None
        # One that came back under another port stands there twice.
        if name not in found or report["state"] == "RUNNING":
            found[name] = report
    return found


def _report(entry: dict[str, Any]) -> NodeReport:
    # A node that is only remembered has none.
    total = entry.get("totalResource") or {}
    return NodeReport(
        state=str(entry["state"]),
        memory_mb=int(total.get("memory", -1)),
        vcores=int(total.get("vCores", -1)),
        health=" ".join(str(entry.get("healthReport") or "").split()),
    )


class ResourceManager(FactBase[ManagerState | None]):
    """
    Returns whether the ResourceManager of a board runs, which nodes it sees, and which lists it
    goes by. ``None`` only where the fact failed, and the host with it.

    + address: IPv4 address that it listens at
    + include: path of the list of nodes that may come
    + exclude: path of the list of nodes that have to go
    + port: TCP port of its page
    """

    @override
    def command(self, address: str, include: str, exclude: str, port: int = 8088) -> str:
        try:
            paths = checked_names([include, exclude], r"(/[^/\0]+)+", "absolute path of a file")
            where = checked_address(address, port)
        except RefusedArgumentError as error:
            return refusal(error)
        values = {
            "unit": UNIT,
            "told": TOLD,
            "include": shlex.quote(paths[0]),
            "exclude": shlex.quote(paths[-1]),
            "url": shlex.quote(f"http://{where}/ws/v1/cluster/"),
            "states": STATES,
        }
        # In one pass: a path may hold what looks like a place for another.
        return re.sub("@([a-z]+)@", lambda place: values[place[1]], _COMMAND)

    @override
    def process(self, output: list[str]) -> ManagerState:
        return parse_manager(output)


def checked_address(address: object, port: object) -> str:
    """Address and port as a URL has them. Raises RefusedArgumentError."""
    try:
        checked = ipaddress.IPv4Address(address if isinstance(address, str) else "")
    except ValueError:
        raise RefusedArgumentError(f"{address!r} is no IPv4 address") from None
    if isinstance(port, bool) or not isinstance(port, int) or not 1 <= port <= 65535:
        raise RefusedArgumentError(f"{port!r} is no TCP port")
    return f"{checked}:{port}"
