"""A board's place in its Swarm, and what has to change about it: pure."""

from collections.abc import Mapping
from typing import Literal

from picluster.plan.swarm import LOCKED, SwarmNode, SwarmState, Verdict

Membership = Literal["member", "absent", "rejoin", "unknown"]
"""`unknown`: its engine is stopped and its disk says that it was a member, so nobody knows yet."""


def membership(state: SwarmState, verdict: Verdict) -> Membership:
    """A board's place in the Swarm that the verdict is about.

    To be asked for boards that `refusal_of` does not refuse.
    """
    if state["engine"] != "running":
        if state["swarm_id"] is None:
            return "absent"
        # The managers may know already that it has to join anew when its engine is started.
        forgotten = verdict.nodes is not None and verdict.node(state["node_id"]) is None
        return "rejoin" if forgotten else "unknown"
    if state["state"] == "inactive":
        return "absent"
    if state["state"] == "error" or state["swarm_id"] is None:
        return "rejoin"  # a join that timed out goes on trying for ever, and never got one
    if verdict.nodes is None:
        return "unknown"
    node = verdict.node(state["node_id"])
    if node is None:
        return "rejoin"
    if state["state"] == "pending":
        return "unknown"
    # A manager whom the others have lost from their circle waits for a leader for ever. Its role
    # may still be that of a manager, which is a wish.
    orphan = state["control"] and node["reachability"] is None and state["nodes"] is None
    return "rejoin" if orphan else "member"


def refusal_of(name: str, state: SwarmState, verdict: Verdict) -> str | None:
    """Why this one board is left alone, and what to do; None for one that may be changed."""
    if state["state"] == "locked":
        return LOCKED
    if state["swarm_id"] not in {None, verdict.swarm_id}:
        if verdict.undecided is not None:
            return verdict.undecided  # it may well be a member of the Swarm that nobody tells of
        return (
            f"it is a member of another swarm ({state['swarm_id']}), which no board of this "
            "cluster manages. If it is to leave that one: sudo docker swarm leave --force there, "
            "and run again"
        )
    if not state["vxlan"]:
        return (
            f"the kernel of {name} has no vxlan, of which networks between boards are made; on a "
            "Raspberry Pi: sudo apt full-upgrade, on Ubuntu: install linux-modules-extra-raspi"
        )
    return None


def twins(name: str, state: SwarmState, verdict: Verdict) -> list[SwarmNode]:
    """Entries of earlier lives of a board: its card was written anew, or it left by hand."""
    place = membership(state, verdict)
    if place == "unknown":
        return []
    own = state["node_id"] if place in {"member", "rejoin"} else None
    return [
        node
        for node in verdict.nodes or ()
        if node["hostname"] == name and (own is None or node["id"] != own)
    ]


def label_changes(
    present: Mapping[str, str], wished: Mapping[str, str], prefix: str
) -> dict[str, str | None]:
    """Labels to set, or to take away (None): of those with our prefix; others are not ours."""
    changes: dict[str, str | None] = {
        key: value for key, value in wished.items() if present.get(key) != value
    }
    gone = [key for key in present if key.startswith(prefix) and key not in wished]
    return changes | dict.fromkeys(gone)
