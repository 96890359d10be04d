"""Whether a host's node is as it should be in its Swarm, and waiting until it is."""

import time
from collections.abc import Sequence

from pyinfra import host

from operations import peers
from operations.swarm_evidence import Evidence, evidence

POLL_SECONDS = 1.0
WAIT_SECONDS = 60


def complaint(managers: Sequence[str]) -> str | None:
    """What is wrong with this host's node, None when it is well; waits a minute for that."""
    seen = evidence(managers)
    deadline = time.monotonic() + WAIT_SECONDS
    while (reason := _complaint(seen, managers)) is not None:
        if time.monotonic() > deadline:
            return reason
        time.sleep(POLL_SECONDS)
        peers.forget()
        among = list(dict.fromkeys([*seen.verdict.through, host.name]))
        seen = evidence(managers, among)
    return None


def _complaint(seen: Evidence, managers: Sequence[str]) -> str | None:
    if seen.verdict.refusal is not None:
        return seen.verdict.refusal
    node = seen.node(host.name)
    if node is None:
        return "it is no member of the Swarm"
    if node["state"] != "ready":
        return (
            f"its node is {node['state']} for the managers: see `journalctl -u docker` there; if "
            "its engine runs: sudo systemctl restart docker"
        )
    wished = "manager" if host.name in managers else "worker"
    if node["role"] != wished:
        return f"its node is a {node['role']}, not a {wished}"
    if wished == "manager" and node["reachability"] != "reachable":
        return "the other managers do not reach it: is TCP port 2377 open there?"
    return None
