"""Whether the Swarm is as planned: its nodes, its managers."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from picluster.checks.check import Check
from picluster.checks.cluster import Cluster
from picluster.checks.swarm_seen import REPAIR, SwarmNode, no_manager, nodes
from picluster.checks.verdict import Problem, Verdict, judged
from picluster.plan.derating import Availability, stricter, treatment
from picluster.plan.layout import managers
from picluster.plan.thermal import BANDS
from picluster.plan.thermal_section import Thermal


def judge_nodes(
    wanted: Mapping[str, Collection[Availability]],
    found: Sequence[SwarmNode],
    silent: Collection[str],
) -> Iterator[Problem]:
    """What is not as planned.

    + wanted: availabilities that each board may have, the declared one first
    + silent: boards that do not answer, and so may be down
    """
    for name, accepted in wanted.items():
        ours = [node for node in found if node.name == name]
        ready = [node for node in ours if node.state == "ready"]
        if not ours:
            yield Problem(f"{name} is not in the Swarm", f"{REPAIR} lets it join")
        elif not ready:
            if name not in silent:
                yield Problem(
                    f"{name} is {ours[0].state} in the Swarm, wanted: ready",
                    f"sudo systemctl start docker on {name}; why it ended: sudo journalctl -u "
                    "docker",
                )
        else:
            if ready[0].availability not in accepted:
                availability = next(iter(accepted))
                yield Problem(
                    f"{name} has availability {ready[0].availability} in the Swarm, wanted: "
                    f"{availability}",
                    f"{REPAIR}, or on a manager: sudo docker node update --availability "
                    f"{availability} {name}",
                )
            for twin in ours:
                if twin.id != ready[0].id:
                    yield Problem(
                        f"the Swarm has a second {name}, which is {twin.state}: left by an older "
                        "card",
                        f"{REPAIR}, or on a manager: sudo docker node rm --force {twin.id}",
                    )
    for node in found:
        if node.name not in wanted:
            yield Problem(
                f"{node.name} is in the Swarm and not in cluster.toml",
                "write it into cluster.toml, or on a manager: sudo docker node rm --force "
                f"{node.id}",
            )


def judge_managers(
    planned: Collection[str], found: Sequence[SwarmNode], silent: Collection[str]
) -> Iterator[Problem]:
    """What is not as planned, and what speaks against a quorum."""
    acting = {node.name: node for node in found if node.is_manager}
    for name in planned:
        if name not in acting:
            yield Problem(f"{name} does not manage the Swarm, as planned", REPAIR)
        elif not acting[name].is_reachable and name not in silent:
            yield Problem(
                f"the manager {name} is {acting[name].manager} for the others",
                f"sudo systemctl restart docker on {name}",
            )
    for name in acting:
        if name not in planned:
            yield Problem(f"{name} manages the Swarm, and is not planned to", REPAIR)
    if acting and not any(node.manager == "leader" for node in acting.values()):
        yield Problem(
            "the Swarm has no leader: its managers have lost their quorum",
            f"bring back those that are away; then {REPAIR}",
        )


def quorum(found: Sequence[SwarmNode]) -> str:
    """How many managers there are, and how many may be lost."""
    acting = [node for node in found if node.is_manager]
    here = sum(node.is_reachable for node in acting)
    spare = max(0, here - (len(acting) // 2 + 1))
    leader = next((node.name for node in acting if node.manager == "leader"), "nobody")
    return f"{here} of {len(acting)} reachable, {leader} leads; {spare or 'none'} may be lost"


def ask_nodes(cluster: Cluster) -> Verdict:
    """Compares the Swarm's nodes with the boards."""
    found = nodes(cluster)
    wanted = {
        node.name: accepted(node.availability, cluster.config.thermal) for node in cluster.nodes
    }
    ready = sum(node.state == "ready" for node in found)
    problems = judge_nodes(wanted, found, cluster.silent)
    return judged(f"{ready} of {len(wanted)} ready{_resting(wanted, found)}", problems)


def accepted(declared: Availability, section: Thermal) -> tuple[Availability, ...]:
    """The declared availability, and those that a board may have instead for its heat."""
    by_band = (stricter(declared, treatment(band, section).availability) for band in BANDS)
    return tuple(dict.fromkeys(by_band))


def _resting(wanted: Mapping[str, Sequence[Availability]], found: Sequence[SwarmNode]) -> str:
    """Whom heat has made less available than declared."""
    less = [
        f"{node.name} ({node.availability})"
        for node in found
        if node.availability in wanted.get(node.name, ())[1:]
    ]
    return (
        f"; less available, as the band of the last deploy has it: {', '.join(less)}"
        if less
        else ""
    )


def ask_managers(cluster: Cluster) -> Verdict:
    """Compares the Swarm's managers with the plan."""
    found = nodes(cluster)
    problems = judge_managers(managers(cluster.config), found, cluster.silent)
    return judged(quorum(found), problems)


NODES = Check(
    "swarm-nodes",
    "Nodes of the Swarm are those of cluster.toml",
    "docker node ls on a manager: each board once, ready, with its availability, or paused where "
    "heat may do that",
    ask_nodes,
    no_manager,
)
MANAGERS = Check(
    "swarm-managers",
    "Managers of the Swarm are those planned",
    "docker node ls on a manager: who manages, who is reachable, who leads",
    ask_managers,
    no_manager,
)
