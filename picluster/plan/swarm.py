"""What is decided about a Swarm from what its boards say: pure, so that every state can be tested.

The words are Docker's own: `docker info` tells a board's state, `docker node inspect` its place.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict

Engine = Literal["absent", "stopped", "running"]


class SwarmNode(TypedDict):
    """A node as the managers see it."""

    id: str
    hostname: str
    role: str
    """manager or worker, as wished of it."""
    availability: str
    """active, pause or drain."""
    labels: dict[str, str]
    state: str
    """ready, down, unknown or disconnected."""
    reachability: str | None
    """Of a manager: reachable, unreachable or unknown; None for a worker."""
    manager_address: str | None
    """Address and port where a manager takes joins."""


class SwarmState(TypedDict):
    """What a board says of its own membership."""

    engine: Engine
    state: str
    """LocalNodeState: inactive, pending, active, locked, error; empty without a running engine."""
    error: str
    control: bool
    """It takes itself for a manager."""
    swarm_id: str | None
    """Of the certificate on its disk, which stays when the engine is stopped."""
    node_id: str | None
    manager_on_disk: bool
    remote_managers: int
    """How many managers it knows of, itself among them."""
    nodes: list[SwarmNode] | None
    """Of a manager that reached the others; None for any other board."""
    certificate_seconds: int | None
    """How long new certificates live, as a manager says."""
    address_pool: list[str]
    """Of overlay networks, as a manager says."""
    ip_vs: bool
    """The kernel can, or could, balance published ports (ingress) and virtual addresses."""
    vxlan: bool
    """The kernel has, or could load, what overlay networks between boards are made of."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What all boards' words together mean."""

    swarm_id: str | None = None
    """None where there is no Swarm yet."""
    nodes: tuple[SwarmNode, ...] | None = None
    """None where no manager can tell (yet)."""
    through: tuple[str, ...] = ()
    """The boards through which the Swarm can be managed, in the plan's order."""
    refusal: str | None = None
    """Why nothing may be touched on any board, and what to do."""
    quorum_lost: bool = False
    """The refusal is that too few managers are left: the one that can be recovered from."""
    split: bool = False
    """The refusal is that managers do not know of each other, which may pass by itself."""
    undecided: str | None = None
    """Why no Swarm may be made yet, although no board that answers has one; and what to do."""

    @property
    def is_new(self) -> bool:
        """No board has a Swarm, and all that could manage one have said so."""
        return self.swarm_id is None and self.refusal is None and self.undecided is None

    def node(self, node_id: str | None) -> SwarmNode | None:
        """The node of this ID, None where the managers know none."""
        return next((node for node in self.nodes or () if node["id"] == node_id), None)


def quorum(managers: int) -> int:
    """How many managers have to agree."""
    return managers // 2 + 1


def managers_of(nodes: Iterable[SwarmNode]) -> list[SwarmNode]:
    """Members of the managers' circle, also those that do not answer."""
    return [node for node in nodes if node["reachability"] is not None]


def reachable(nodes: Iterable[SwarmNode]) -> list[SwarmNode]:
    """The managers that answer each other."""
    return [node for node in nodes if node["reachability"] == "reachable"]


def is_healthy_manager(state: SwarmState) -> bool:
    """Whether this board can change the Swarm now.

    A leader that lost the others goes on answering for a while, from memory; so the count decides.
    """
    nodes = state["nodes"]
    if state["state"] != "active" or not state["control"] or nodes is None:
        return False
    return len(reachable(nodes)) >= quorum(len(managers_of(nodes)))


def judge(states: Mapping[str, SwarmState | None], managers: Sequence[str]) -> Verdict:
    """What the boards' words mean for the cluster as a whole.

    + states: what each board says, None for one that did not answer
    + managers: names of the boards that are planned to manage it, the strongest first
    """
    found = {name: state for name, state in states.items() if state is not None}
    ordered = [name for name in managers if name in found]
    ordered += [name for name in found if name not in managers]
    circles: dict[str, list[str]] = {}
    for name in ordered:
        swarm_id = found[name]["swarm_id"]
        if swarm_id is not None and found[name]["manager_on_disk"]:
            circles.setdefault(swarm_id, []).append(name)
    if len(circles) > 1:
        return Verdict(refusal=_two_swarms(circles))
    if not circles:
        missing = [name for name in managers if states.get(name) is None]
        if missing:
            return Verdict(undecided=_nobody_knows(missing))
        strangers = [name for name in managers if found[name]["swarm_id"] is not None]
        return Verdict(refusal=_strangers(strangers) if strangers else None)
    ((swarm_id, members),) = circles.items()
    healthy = [name for name in members if is_healthy_manager(found[name])]
    if healthy:
        nodes = found[healthy[0]]["nodes"] or []
        if apart := [name for name in healthy if _apart(found[healthy[0]], found[name])]:
            return Verdict(swarm_id, refusal=_split(healthy[0], apart), split=True)
        return Verdict(swarm_id, tuple(nodes), tuple(healthy))
    if locked := [name for name in members if found[name]["state"] == "locked"]:
        return Verdict(swarm_id, refusal=f"{_listed(locked)}: {LOCKED}")
    stopped = [name for name in members if found[name]["engine"] != "running"]
    known = max(len(members), *(found[name]["remote_managers"] for name in members))
    if stopped and len(members) >= quorum(known):
        return Verdict(swarm_id)  # their engines are started first, then it is seen
    return Verdict(swarm_id, refusal=_quorum_lost(members, known), quorum_lost=True)


LOCKED = (
    "its swarm is locked since its engine started (autolock): sudo docker swarm unlock there, and "
    "run again"
)
"""Why a board, or all of them, is left alone, and what to do."""


def _two_swarms(circles: Mapping[str, Sequence[str]]) -> str:
    named = "; ".join(f"{', '.join(names)} in {swarm}" for swarm, names in circles.items())
    return (
        f"these boards manage different swarms: {named}. Nothing was touched. Decide which one is "
        "to stay, and on each board of the other, whose services and secrets are lost by it: "
        "sudo docker swarm leave --force"
    )


def _apart(one: SwarmState, other: SwarmState) -> bool:
    """Whether one of two managers is not in the other's circle."""
    circles = [{node["id"] for node in managers_of(s["nodes"] or ())} for s in (one, other)]
    return one["node_id"] not in circles[1] or other["node_id"] not in circles[0]


def _split(first: str, apart: Sequence[str]) -> str:
    return (
        f"the Swarm has come apart: {first} and {_listed(apart)} manage it without knowing of each "
        "other, as when lost managers come back after a recovery. Nothing was touched. Decide "
        "whose part is to stay (`docker service ls` on each), and on each manager of the other "
        "part: sudo docker swarm leave --force; then run again"
    )


def _strangers(names: Sequence[str]) -> str:
    return (
        f"planned to manage the Swarm, but workers of another one, which no board of this cluster "
        f"manages: {_listed(names)}. Nothing was touched. If they are to leave that one: sudo "
        "docker swarm leave --force on each of them, and run again"
    )


def _nobody_knows(missing: Sequence[str]) -> str:
    return (
        f"no Swarm is made while {_listed(missing)} cannot be asked: it is planned to manage one, "
        "and may do so already. Bring it back; when it is gone for good, take it out of "
        "cluster.toml"
    )


def _quorum_lost(members: Sequence[str], known: int) -> str:
    return (
        f"the swarm has lost its quorum: {quorum(known)} of its {known} managers have to agree, "
        f"and of them only {_listed(members)} can be reached or answers. Nothing was touched. "
        "Bring the others back (power, network, `systemctl status docker` there) and run again. "
        "When they are gone for good, the swarm can go on from one of those that are left, with "
        "its services and secrets: "
        f"pyinfra inventory.py deploys.swarm.recover --data survivor={members[0]}"
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"
