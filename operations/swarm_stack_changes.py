"""What the stack operation does when a run executes: on a manager, through its engine.

Functions for a FunctionCommand: False fails the host, after the reason was said. Each step looks
at what is there, so that a run that was cut off anywhere is finished by the next one.
"""

import base64
import json
import time
from collections.abc import Callable

from pyinfra import logger
from pyinfra import state as context
from pyinfra.api import Host, QuoteString, State, StringCommand

from facts.stacks import Stacks
from operations import peers, swarm_stack_tasks
from operations.failure import failed
from operations.swarm_requests import request
from picluster.plan.errors import UserError
from picluster.plan.stack import CONTENT, NAMESPACE, SPEC, Blob, StackWish
from picluster.plan.stack_found import (
    FoundObject,
    StackChanges,
    StacksState,
    compare,
    objects_of,
    services_of,
)
from picluster.plan.stack_tasks import FAILED

POLL_SECONDS = 1.0
NOTES = 4
GONE_SECONDS = 120
"""What ends is given 10 s by Docker, or stop_grace_period; then its network is taken down."""
DEPLOY_SECONDS = 900
"""`docker stack deploy` asks the registry for each service; without one it gives up after 20 s."""


def deploy(
    state: State,
    host: Host,
    wish: StackWish,
    wait_seconds: int,
    keep: Callable[[], None] | None = None,
) -> bool:
    """Brings a stack to what is wished and waits until its tasks run."""
    try:
        if keep is not None:
            keep()
    except UserError as error:
        return failed(host, str(error))
    found = _look(host, tasks=True)
    if found is None:
        return failed(host, "its engine did not tell of its stacks; see above")
    changes = compare(wish, found)
    if changes.impossible is not None:
        return failed(host, changes.impossible)
    if not all(_create(host, wish, blob) for blob in changes.create):
        return False
    if changes.deploy:
        before = {task["id"] for task in found["tasks"] or () if task["state"] in FAILED}
        if not _deploy(host, wish):
            return False
        reason = swarm_stack_tasks.wait(host, [wish.name], wait_seconds, before)
        if reason is not None:
            return failed(host, f"the stack {wish.name} was deployed, but does not run: {reason}")
        if not _note(host, wish.name):
            return False
    done = _clear(host, wish.name, changes)
    peers.forget()
    return done


def remove(state: State, host: Host, name: str) -> bool:
    """Removes services, networks, configs and secrets of a stack."""
    command = StringCommand("docker stack rm", QuoteString(name))
    done, output = peers.run(host, command, show=context.print_input)
    if not done:
        return failed(host, f"the stack {name} was not removed: {peers.reason(output)}")
    deadline = time.monotonic() + GONE_SECONDS
    while (found := _look(host)) is None or _is_there(found, name):
        if time.monotonic() > deadline:
            return failed(
                host,
                f"services or networks of the stack {name} do not go: see sudo docker service ls "
                f"and sudo docker network ls there",
            )
        time.sleep(POLL_SECONDS)
    done = _clear(host, name, StackChanges(old=tuple(objects_of(found, name))))
    peers.forget()
    return done


def _is_there(found: StacksState, name: str) -> bool:
    return bool(services_of(found, name)) or any(n["stack"] == name for n in found["networks"])


def _look(host: Host, *, tasks: bool = False) -> StacksState | None:
    peers.forget()
    return peers.ask(host.name, Stacks, tasks=tasks)


def _create(host: Host, wish: StackWish, blob: Blob) -> bool:
    """Makes a config or secret; its content goes in on standard input."""
    body = {
        "Name": blob.name,
        "Labels": {NAMESPACE: wish.name, CONTENT: blob.digest},
        "Data": base64.b64encode(blob.content).decode(),
    }
    done, answer = request(host, "POST", f"/{blob.kind}/create", json.dumps(body))
    return done or failed(host, f"{blob.name} was not made among the {blob.kind}: {answer}")


def _deploy(host: Host, wish: StackWish) -> bool:
    command = StringCommand(
        "docker stack deploy --prune --resolve-image always --compose-file -",
        QuoteString(wish.name),
    )
    done, output = peers.run(
        host, command, show=context.print_input, _stdin=wish.text, _timeout=DEPLOY_SECONDS
    )
    if done:
        return True
    return failed(
        host, f"the stack {wish.name} was not deployed: {wish.hide(peers.reason(output))}"
    )


def _note(host: Host, name: str) -> bool:
    """Notes at each service what it is, now that its tasks run: a later change by hand shows.

    Setting a label lets docker sort the service's mounts: what it is then is noted in turn.
    """
    for _ in range(NOTES):
        found = _look(host)
        if found is None:
            return failed(host, "its engine did not tell of its stacks; see above")
        services = services_of(found, name)
        unsettled = [service for service in services if service["spec"] != service["fingerprint"]]
        if not unsettled:
            return True
        for service in unsettled:
            command = StringCommand(
                "docker service update --detach --quiet --label-add",
                QuoteString(f"{SPEC}={service['fingerprint']}"),
                QuoteString(service["id"]),
            )
            done, output = peers.run(host, command, show=context.print_input)
            if not done:
                reason = peers.reason(output)
                return failed(host, f"the service {service['name']} was not labelled: {reason}")
    names = ", ".join(service["name"] for service in unsettled)
    return failed(host, f"somebody else goes on changing {names}: run it again when that is over")


def _clear(host: Host, name: str, changes: StackChanges) -> bool:
    """Removes networks, configs and secrets that are not used any more."""
    gone = [("network", network) for network in changes.networks]
    gone += [(kind.removesuffix("s"), entry) for kind, entry in changes.old]
    left = ""
    deadline = time.monotonic() + GONE_SECONDS
    while gone:
        gone, left = _removed(host, gone)
        if gone and time.monotonic() > deadline:
            return failed(
                host,
                f"the stack {name} runs, but {gone[0][1]['name']}, which it does not use any more, "
                f"was not removed: {left}",
            )
        if gone:
            time.sleep(POLL_SECONDS)
    return True


def _removed(
    host: Host, gone: list[tuple[str, FoundObject]]
) -> tuple[list[tuple[str, FoundObject]], str]:
    """Those that are still in use by tasks that end, and why."""
    left, reason = [], ""
    for kind, entry in gone:
        command = StringCommand(f"docker {kind} rm", QuoteString(entry["id"]))
        done, output = peers.run(host, command, show=context.print_input)
        complaint = peers.reason(output)
        if not done and "not found" not in complaint.lower() and "no such" not in complaint.lower():
            left.append((kind, entry))
            reason = complaint
        elif done:
            logger.debug(f"{host.print_prefix}{entry['name']} was removed")
    return left, reason
