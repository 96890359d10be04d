"""Docker Swarm: what a board says of its membership, and a manager of all nodes."""

import json
from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID
from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from facts.answer import REPORT_FILE, Answer
from facts.arguments import RefusedArgumentError, refusal
from facts.kernel import Kernel, parse_kernel
from picluster.plan.swarm import Engine, SwarmNode, SwarmState

MODULES = ["ip_vs", "vxlan"]
ENGINES: tuple[Engine, ...] = ("absent", "stopped", "running")

# Of `docker node inspect`: without the engine's plug-ins and certificates, which make it long.
_NODE = (
    '{"id":{{json .ID}},"hostname":{{json .Description.Hostname}},"spec":{{json .Spec}}'
    ',"state":{{json .Status.State}},"manager":{{json .ManagerStatus}}}'
)
_INFO = "{{.Swarm.LocalNodeState}} {{.Swarm.ControlAvailable}} {{json .Swarm}}"

# docker.socket would start a stopped engine as soon as it is asked, so the unit is looked at first.
# A manager whose circle has no leader answers late or never, hence the time limits. What is on its
# way is waited for: an engine that starts, a member that looks for its managers, an election.
_COMMAND = (
    r"""export LC_ALL=C PATH="$PATH:/usr/sbin"
"""
    + REPORT_FILE
    + r"""
root=$(sed -n 's/.*"data-root"[^"]*"\([^"]*\)".*/\1/p' /etc/docker/daemon.json 2>/dev/null)
swarm=${root:-/var/lib/docker}/swarm
now() { read -r seconds _ </proc/uptime; echo "${seconds%.*}"; }
end=$(($(now) + @wait@))
look() {
  info= nodes=
  unit=$(systemctl is-active docker.service 2>/dev/null)
  if [ "$unit" != active ]; then [ "$unit" != activating ]; return; fi
  answer=$(timeout 5 docker info --format '@info@' 2>/dev/null)
  info=$(printf %s "${answer#* * }" | base64 -w0)
  case $answer in
  'active true '*) ids=$(timeout 5 docker node ls -q 2>/dev/null) &&
    nodes=$(timeout 5 docker node inspect --format '@node@' $ids 2>/dev/null | base64 -w0) &&
    [ -n "$nodes" ] ;;
  'active false '* | inactive* | locked* | error*) return 0 ;;
  pending*) [ ! -e "$swarm/certificates/swarm-node.crt" ] ;;
  *) return 1 ;;
  esac
}
while ! look && [ "$(now)" -lt "$end" ]; do sleep 1; done
engine=absent
if command -v dockerd >/dev/null; then engine=stopped; fi
if [ "$unit" = active ]; then engine=running; fi
echo "engine=$engine"
echo "info=$info"
echo "nodes=$nodes"
report_file certificate "$swarm/certificates/swarm-node.crt"
report_file managers "$swarm/state.json"
(
@kernel@
)
"""
)


def parse_swarm(output: list[str]) -> SwarmState:
    """The board's answer as data; raises FactProcessError where it cannot be understood."""
    answer = Answer(output)
    kernel = parse_kernel(MODULES, [], output)
    engine = _engine(answer)
    info = _decoded(answer, "info") or {}
    if engine == "running" and not info.get("LocalNodeState"):
        raise FactProcessError(
            "its Docker engine runs and does not answer: see `journalctl -u docker` there"
        )
    swarm_id, node_id, manager = _certificate(answer)
    if info.get("LocalNodeState") == "active" and swarm_id is None:
        # Taken for a board that never joined, it would be made to leave.
        raise FactProcessError(
            "its engine is in a Swarm, but its certificate is not in the engine's data root: is "
            "data-root set elsewhere than in /etc/docker/daemon.json?"
        )
    certificate_seconds, address_pool = _cluster(info)
    return SwarmState(
        engine=engine,
        state=info.get("LocalNodeState", ""),
        error=info.get("Error", ""),
        control=bool(info.get("ControlAvailable")),
        swarm_id=swarm_id,
        node_id=info.get("NodeID") or node_id,
        manager_on_disk=manager,
        remote_managers=_remote_managers(answer),
        nodes=_nodes(answer),
        certificate_seconds=certificate_seconds,
        address_pool=address_pool,
        ip_vs=kernel["available"]["ip_vs"],
        vxlan=kernel["available"]["vxlan"],
    )


def _engine(answer: Answer) -> Engine:
    for engine in ENGINES:
        if answer.required("engine") == engine:
            return engine
    raise FactProcessError(f"the engine is {answer.required('engine')!r}, which no state is called")


def _decoded(answer: Answer, key: str) -> dict[str, Any] | None:
    content = answer.file(key, f"the answer of docker ({key})")
    if not content:
        return None
    try:
        data = json.loads(content)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise FactProcessError(f"docker's answer is no JSON object: {content[:80]!r}")
    return data


def _cluster(info: dict[str, Any]) -> tuple[int | None, list[str]]:
    """How long certificates live, in seconds, and the address pool; a manager alone tells them."""
    try:
        cluster = info.get("Cluster") or {}
        expiry = ((cluster.get("Spec") or {}).get("CAConfig") or {}).get("NodeCertExpiry")
        return expiry // 10**9 if expiry else None, list(cluster.get("DefaultAddrPool") or [])
    except (AttributeError, TypeError):
        raise FactProcessError("docker info told of its Swarm in an unknown form") from None


def _certificate(answer: Answer) -> tuple[str | None, str | None, bool]:
    """Swarm, node and whether it is a manager's, of the certificate on the board's disk."""
    path = "swarm-node.crt, the board's certificate in its Swarm,"
    content = answer.file("certificate", path)
    if content is None:
        return None, None, False
    try:
        subject = x509.load_pem_x509_certificates(content)[0].subject
    except ValueError:
        raise FactProcessError(f"{path} is no certificate") from None
    names = [
        subject.get_attributes_for_oid(kind)
        for kind in (
            NameOID.ORGANIZATION_NAME,
            NameOID.COMMON_NAME,
            NameOID.ORGANIZATIONAL_UNIT_NAME,
        )
    ]
    if not all(names):
        raise FactProcessError(f"{path} names no Swarm, node and role: {subject}")
    swarm_id, node_id, role = (str(name[0].value) for name in names)
    return swarm_id, node_id, role == "swarm-manager"


def _remote_managers(answer: Answer) -> int:
    content = answer.file("managers", "state.json of the Swarm")
    try:
        managers = json.loads(content) if content else []
    except ValueError:
        return 0  # written while it was read: others know it too
    return len(managers) if isinstance(managers, list) else 0


def _nodes(answer: Answer) -> list[SwarmNode] | None:
    content = answer.file("nodes", "the answer of docker (nodes)")
    if not content:
        return None
    try:
        return [_node(json.loads(line)) for line in content.decode().splitlines() if line]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise FactProcessError("docker node inspect answered in an unknown form") from None


def _node(data: dict[str, Any]) -> SwarmNode:
    manager = data["manager"] or {}
    return SwarmNode(
        id=data["id"],
        hostname=data["hostname"],
        role=data["spec"]["Role"],
        availability=data["spec"]["Availability"],
        labels=data["spec"].get("Labels") or {},
        state=data["state"],
        reachability=manager.get("Reachability") if data["manager"] else None,
        manager_address=manager.get("Addr"),
    )


class Swarm(FactBase[SwarmState | None]):
    """
    Returns a board's membership in a Swarm, and of a manager all nodes. ``None`` only where the
    fact failed, and the host with it. Never join tokens.

    + wait: seconds that the board may take to find its managers, or they a leader
    """

    @override
    def command(self, wait: int = 0) -> str:
        if isinstance(wait, bool) or not isinstance(wait, int) or wait < 0:
            return refusal(
                RefusedArgumentError(f"wait is {wait!r}: write a whole number of seconds")
            )
        values = {
            "@wait@": str(wait),
            "@info@": _INFO,
            "@node@": _NODE,
            "@kernel@": Kernel().command(modules=MODULES),
        }
        command = _COMMAND
        for key, value in values.items():
            command = command.replace(key, value)
        return command

    @override
    def process(self, output: list[str]) -> SwarmState:
        return parse_swarm(output)
