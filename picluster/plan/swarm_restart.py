"""Whether a Swarm can spare a board's engine for a while: pure."""

from collections.abc import Mapping

from picluster.plan.swarm import SwarmState, Verdict, managers_of, quorum, reachable


def reasons_against_restart(
    name: str, states: Mapping[str, SwarmState | None], verdict: Verdict
) -> list[str]:
    """Why this board's engine must not be taken down now; empty when the Swarm can spare it."""
    reasons = [
        f"the engine of {other} is stopped"
        for other, state in states.items()
        if other != name and state is not None and state["engine"] == "stopped"
        if state["swarm_id"] is not None
    ]
    own = states.get(name)
    if verdict.refusal is not None and own is not None and own["swarm_id"] is not None:
        return [*reasons, verdict.refusal]
    circle = managers_of(verdict.nodes or ())
    if own is None or len(circle) < 3 or own["node_id"] not in {node["id"] for node in circle}:
        return reasons
    others = [node for node in reachable(circle) if node["id"] != own["node_id"]]
    if len(others) < quorum(len(circle)):
        down = [n["hostname"] for n in circle if n["reachability"] != "reachable"]
        reasons.append(
            f"without it {len(others)} of {len(circle)} managers would be left, too few to agree; "
            f"bring {', '.join(down)} back first"
        )
    return reasons
