"""What the Swarm operations do when a run executes: each looks again, changes, and waits.

Functions for a FunctionCommand: False fails the host, after the reason was said.
"""

import json
import time
from collections.abc import Callable, Sequence

from gevent.lock import RLock
from pyinfra import inventory, logger
from pyinfra import state as context
from pyinfra.api import Host, State, StringCommand

from operations import peers
from operations.failure import failed
from operations.swarm_evidence import Evidence, evidence
from operations.swarm_requests import manage, post, request
from picluster.plan import swarm_ports
from picluster.plan.swarm import SwarmNode, managers_of, quorum, reachable
from picluster.plan.swarm_members import label_changes

POLL_SECONDS = 1.0
SETTLE_SECONDS = 90
"""A node is down for its managers after three missed heartbeats of 5 s; a Pi 3 is slow to join."""
PROMOTION_SECONDS = 5
"""Seen on a loaded machine: one second, from `docker node promote` to a place in the circle."""

PORT = swarm_ports.MANAGEMENT
DAY_NANOSECONDS = 86400 * 10**9
SUBNET_SIZE = 24

# One change of the managers' circle at a time, and one board that fetches a token.
_circle, _token = RLock(), RLock()


def create(state: State, host: Host, address: str, address_pool: str) -> bool:
    """Makes a Swarm of this host alone."""
    body = {
        "ListenAddr": f"0.0.0.0:{PORT}",
        "AdvertiseAddr": address,
        "DataPathAddr": address,
        "DefaultAddrPool": [address_pool],
        "SubnetSize": SUBNET_SIZE,
    }
    done, answer = post(host, "/swarm/init", body)
    peers.forget()
    return done or failed(host, f"the Swarm was not made: {answer}")


def set_certificates(state: State, host: Host, managers: list[str], days: int) -> bool:
    """Sets how long certificates live; in a Swarm of one node all are made anew."""
    seen = evidence(managers)
    # Renewing all waits for every node, also one that is down: only where there is but one.
    alone = len(seen.verdict.nodes or ()) == 1
    what = "ca --quiet --rotate" if alone else "update"
    command = StringCommand(f"docker swarm {what} --cert-expiry {days * 24}h")
    done, output = peers.run(host, command, show=context.print_input)
    peers.forget()
    return done or failed(host, f"the certificates' length was not set: {peers.reason(output)}")


def forget(state: State, host: Host, managers: list[str], stale: Sequence[str]) -> bool:
    """Takes stale nodes out of the managers' circle, and then out of the Swarm."""
    with _circle:

        def gone_silent(seen: Evidence) -> bool:
            if seen.verdict.nodes is None:
                return False
            nodes = [seen.verdict.node(node_id) for node_id in stale]
            return all(node is None or node["state"] != "ready" for node in nodes)

        silent = _wait(host, evidence(managers), gone_silent)
        if silent is None:
            return failed(
                host,
                f"the Swarm has a node of this name that is up ({', '.join(stale)}): is there "
                "another board with this name? See `docker node ls` on a manager",
            )
        for node_id in stale:
            node = silent.verdict.node(node_id)
            if node is not None and not _remove(host, silent, node):
                return False
    return True


def _remove(host: Host, seen: Evidence, node: SwarmNode) -> bool:
    # By the circle, not by the role: after a recovery a lost manager is in it no more, keeps its
    # role, and cannot be demoted.
    if node["reachability"] is not None:
        done, reason = manage(seen, "docker node demote", node["id"])
        if not done:
            return failed(host, f"the stale manager {node['id']} was not demoted: {reason}")
    # Forced: of a manager that was demoted just now, the Swarm still waits for a sign of life.
    done, reason = manage(seen, "docker node rm --force", node["id"])
    peers.forget()
    return done or failed(host, f"the stale node {node['id']} was not removed: {reason}")


def no_creator(creator: str) -> str | None:
    """Why there will be no Swarm to join in this run; None where its creator is part of it."""
    first = inventory.get_host(creator)
    if first in context.activated_hosts and first not in context.failed_hosts:
        return None
    return (
        f"there is no Swarm yet, and {creator}, which makes it, is not part of this run: run "
        "without --limit, and see what is said of it"
    )


def join(state: State, host: Host, managers: list[str], address: str) -> bool:
    """Joins as a worker; the engine answers when it is one."""
    seen = evidence(managers)
    if not seen.verdict.through:
        return failed(host, "there is no Swarm to join: see what is said of the other boards")
    own = seen.node(host.name)
    if seen.membership(host.name) == "rejoin":
        # A manager that was promoted just now is in nobody's circle for about a second.
        if _wait(host, seen, lambda seen: _is_member(seen, host.name), PROMOTION_SECONDS):
            return True
        done, output = peers.run(host, StringCommand("docker swarm leave --force"))
        if not done:
            return failed(host, f"it did not leave: {peers.reason(output)}")
        with _circle:
            if own is not None and not _remove(host, seen, own):
                return False
    addresses = [node["manager_address"] for node in reachable(seen.verdict.nodes or ())]
    with _token:
        token, reason = _worker_token(seen)
    if token is None:
        return failed(host, f"no manager gave a join token: {reason}")
    body = {
        "ListenAddr": f"0.0.0.0:{PORT}",
        "AdvertiseAddr": address,
        "DataPathAddr": address,
        "RemoteAddrs": addresses,
        "JoinToken": token,
    }
    done, answer = post(host, "/swarm/join", body)
    if not done:
        # What timed out would go on trying for ever.
        peers.run(host, StringCommand("docker swarm leave --force"))
        peers.forget()
        return failed(
            host,
            f"it did not join: {answer.replace(token, '…')}. Does it reach the managers "
            f"({', '.join(str(a) for a in addresses)}), and is its clock right?",
        )
    peers.forget()
    return True


def _is_member(seen: Evidence, name: str) -> bool:
    return seen.membership(name) == "member"


def _worker_token(seen: Evidence) -> tuple[str | None, str]:
    answer = "no manager can be asked"
    for name in seen.verdict.through:
        done, answer = request(inventory.get_host(name), "GET", "/swarm")
        if not done:
            answer = f"{name}: {answer}"
            continue
        try:
            return str(json.loads(answer)["JoinTokens"]["Worker"]), ""
        except (ValueError, KeyError, TypeError):
            answer = f"{name} gave an answer without one"
    return None, answer


def promote(state: State, host: Host, managers: list[str]) -> bool:
    """Makes this host a manager and waits until the others reach it."""
    with _circle:
        peers.forget()
        seen = evidence(managers)
        node = seen.node(host.name)
        if node is None:
            return failed(host, "it is no member of the Swarm that could be promoted")
        if node["role"] != "manager":
            done, reason = manage(seen, "docker node promote", node["id"])
            if not done:
                return failed(host, f"it was not promoted: {reason}")
        done = _wait(host, seen, lambda seen: _is_reached(seen, host.name)) is not None
        return done or failed(host, "it was promoted, but the other managers do not reach it")


def _is_reached(seen: Evidence, name: str) -> bool:
    """Whether a board manages: by the others' word and by its own."""
    node = seen.node(name)
    reached = node is not None and node["reachability"] == "reachable"
    return reached and name in seen.verdict.through


def demote(state: State, host: Host, managers: list[str]) -> bool:
    """Makes this host a worker, once all managers that are to stay are reached."""
    with _circle:
        peers.forget()
        seen = evidence(managers)
        node = seen.node(host.name)
        missing = [name for name in managers if not _is_reached(seen, name)]
        if node is None or missing:
            return failed(host, f"it stays a manager while {', '.join(missing)} cannot be one")
        left = [n for n in reachable(seen.verdict.nodes or ()) if n["id"] != node["id"]]
        if len(left) < quorum(len(managers_of(seen.verdict.nodes or ())) - 1):
            return failed(host, "it stays a manager: without it too few would be left to agree")
        others = [name for name in seen.verdict.through if name != host.name]
        done, reason = manage(seen, "docker node demote", node["id"], through=others)
        if not done:
            return failed(host, f"it was not demoted: {reason}")

        def left_circle(seen: Evidence) -> bool:
            own, told = seen.node(host.name), seen.states.get(host.name)
            if own is None or told is None:
                return False
            # By its own word too: it stops to manage a moment after the circle has let it go.
            is_worker = own["reachability"] is None and not told["control"]
            return is_worker and own["state"] == "ready"

        done = _wait(host, seen, left_circle) is not None
        return done or failed(host, "it was demoted, but has not come back as a worker")


def set_node(
    state: State,
    host: Host,
    managers: list[str],
    labels: dict[str, str],
    prefix: str,
    availability: str | None,
) -> bool:
    """Sets labels and availability of this host's node."""
    seen = evidence(managers)
    node = seen.node(host.name)
    if node is None:
        return failed(host, "it is no member of the Swarm whose labels could be set")
    words: list[str] = []
    for key, value in label_changes(node["labels"], labels, prefix).items():
        words += ["--label-rm", key] if value is None else ["--label-add", f"{key}={value}"]
    if availability is not None and node["availability"] != availability:
        words += ["--availability", availability]
    if not words:
        return True
    done, reason = manage(seen, "docker node update", *words, node["id"])
    peers.forget()
    return done or failed(host, f"its labels were not set: {reason}")


def recover(state: State, host: Host, managers: list[str], address: str) -> bool:
    """Makes this host the only manager of the Swarm whose state it holds."""
    body = {
        "ListenAddr": f"0.0.0.0:{PORT}",
        "AdvertiseAddr": address,
        "DataPathAddr": address,
        "ForceNewCluster": True,
    }
    done, answer = post(host, "/swarm/init", body)
    if not done:
        return failed(host, f"the Swarm did not go on from here: {answer}")
    done = (
        _wait(host, evidence(managers), lambda seen: host.name in seen.verdict.through) is not None
    )
    if done:
        logger.warning(
            f"{host.print_prefix}manages the Swarm alone now: run a plain deploy, which brings the "
            "other boards back"
        )
    return done or failed(host, "it does not manage the Swarm yet: see `docker node ls` there")


def _wait(
    host: Host,
    seen: Evidence,
    condition: Callable[[Evidence], bool],
    seconds: float = SETTLE_SECONDS,
) -> Evidence | None:
    """What this host and the managers say once the condition holds; None after these seconds."""
    deadline = time.monotonic() + seconds
    among = list(dict.fromkeys([*seen.verdict.through, host.name]))
    while True:
        peers.forget()
        seen = evidence(among, among)
        if condition(seen):
            return seen
        if time.monotonic() > deadline:
            return None
        time.sleep(POLL_SECONDS)
