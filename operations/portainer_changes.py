"""What the Portainer operations do when a run executes.

Functions for a FunctionCommand: False fails the host, after the reason was said.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from pyinfra import inventory, logger
from pyinfra import state as context
from pyinfra.api import Host, QuoteString, State, StringCommand

from operations import peers, swarm_stack_changes, swarm_stack_tasks
from operations.failure import failed
from operations.portainer_access import Access, read
from operations.portainer_found import Found, found
from operations.swarm_requests import manage
from operations.swarm_stack import WAIT_SECONDS
from picluster.plan.portainer import (
    ADMINISTRATOR,
    AGENT_SERVICE,
    AGENT_STACK,
    AGENT_URL,
    SERVER_SERVICE,
    FoundServer,
    environment_step,
)
from picluster.plan.stack import StackWish
from picluster.portainer import PortainerError

POLL_SECONDS = 1.0
START_SECONDS = 180
"""A Pi 3 needs half a minute for a server that starts, and longer for one that was upgraded."""
STOP_SECONDS = 60
"""Docker gives a container 10 s for its end."""
AGENTS_SECONDS = 120
"""Agents that run find each other, or a new environment, within this time."""
AGENT_SECONDS = 20
"""They are restarted one after the other: up to 10 s for an end, and on a Pi 3 more for a start."""


def backup(state: State, host: Host, access: Access, folder: Path, seen: Found) -> bool:
    """Fetches an encrypted backup of all that the server knows."""
    version = seen.server.version or seen.version or "unknown"
    now = datetime.now(UTC).strftime("%Y-%m-%d-%H%M%S")
    path = folder / f"portainer-{version}-{now}.tar.gz.encrypted"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        access.logged_in().backup(access.backup_password.text, path)
    except (PortainerError, OSError) as error:
        return failed(host, f"no backup of Portainer was made: {error}")
    logger.info(f"{host.print_prefix}Portainer's backup: {path}")
    return True


def set_up(state: State, host: Host, managers: list[str], server: str, access: Access) -> bool:
    """Makes the administrator where there is none, and switches telemetry off."""
    seen = found(server, managers, access)
    try:
        now = _answering(host, seen, access)
        if now.administrator is False:
            access.client().create_administrator(ADMINISTRATOR, access.password.text)
            logger.info(
                f"{host.print_prefix}Portainer: {access.url}, user {ADMINISTRATOR}, "
                f"password in {access.password_file}"
            )
        client = access.logged_in()
        if client.settings().get("EnableTelemetry"):
            client.update_settings(EnableTelemetry=False)
    except PortainerError as error:
        return failed(host, f"Portainer was not set up: {error}")
    finally:
        peers.forget()
    return True


def _answering(host: Host, seen: Found, access: Access) -> FoundServer:
    """The server once it takes an administrator; restarted where it waited too long for one."""
    server = read(access, START_SECONDS)
    if not server.timed_out:
        return server
    logger.info(f"{host.print_prefix}restarting Portainer, which nobody set up in time")
    done, reason = manage(seen.seen, "docker service update --detach --force", SERVER_SERVICE)
    if not done:
        raise PortainerError(f"its server was not restarted: {reason}")
    deadline = time.monotonic() + START_SECONDS
    while server.timed_out and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
        server = read(access, START_SECONDS)
    return server


def set_environment(
    state: State, host: Host, managers: list[str], server: str, access: Access, label: str
) -> bool:
    """Makes or mends the environment of the Swarm."""

    def attempt() -> str | None:
        try:
            now = read(access)
            if not now.answers:
                return now.unreachable  # not "it has none": a second one would be taken
            step, ours = environment_step(now), now.environment
            if step == "create":
                access.logged_in().create_environment(_free(label, now), AGENT_URL)
            elif step == "update" and ours is not None:
                access.logged_in().update_environment(ours.id, TLS=True, TLSSkipVerify=True)
        except PortainerError as error:
            return str(error)
        return None

    # Right after their start the agents do not answer yet.
    reason = _until(attempt, AGENTS_SECONDS)
    peers.forget()
    if reason is not None:
        return failed(host, f"Portainer was not shown the Swarm: {reason}")
    # Agents that all started just now may have missed each other. To mend that belongs to this
    # step: nothing else was announced.
    if found(server, managers, access).without_agent:
        return restart_agents(state, host, managers, server, access)
    return True


def _free(label: str, server: FoundServer) -> str:
    """The label, or with a number where another environment has it."""
    taken = {environment.name for environment in server.environments}
    names = (label, *(f"{label}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def restart_agents(
    state: State, host: Host, managers: list[str], server: str, access: Access
) -> bool:
    """Lets all agents start anew and waits until the server sees every node."""
    seen = found(server, managers, access)
    missing = ", ".join(seen.without_agent)
    logger.info(f"{host.print_prefix}restarting the agents: Portainer does not see {missing}")
    done, reason = manage(seen.seen, "docker service update --detach --force", AGENT_SERVICE)
    if not done:
        return failed(host, f"Portainer's agents were not restarted: {reason}")
    nodes = seen.seen.verdict.nodes or ()
    seconds = AGENTS_SECONDS + AGENT_SECONDS * len(nodes)
    # One node after the other; the list of agents may be whole before the last one has begun anew.
    late = swarm_stack_tasks.wait(host, [AGENT_STACK], seconds)
    if late is not None:
        return failed(host, f"Portainer's agents were restarted and do not run: {late}")

    def complaint() -> str | None:
        peers.forget()
        now = found(server, managers, access)
        if now.server.environment is not None and not now.without_agent:
            return None
        return f"Portainer does not see {', '.join(now.without_agent) or 'the Swarm'}"

    left = _until(complaint, AGENTS_SECONDS)
    return left is None or failed(
        host,
        f"{left}, also after its agents were restarted: see `docker service ps {AGENT_SERVICE}`",
    )


def _until(attempt: Callable[[], str | None], seconds: float) -> str | None:
    """Tries until there is no complaint, and returns the last one after that many seconds."""
    deadline = time.monotonic() + seconds
    while (complaint := attempt()) is not None:
        if time.monotonic() > deadline:
            return complaint
        time.sleep(POLL_SECONDS)
    return None


def restore(
    state: State, host: Host, managers: list[str], server: str, access: Access, file: Path,
    wish: StackWish,
) -> bool:  # fmt: skip
    """Stops the server, puts its data aside, starts it empty and gives it the backup."""
    seen = found(server, managers, access)
    board = seen.board
    if board is None:
        return failed(host, f"{server}, which carries Portainer's server, does not answer")
    if seen.image is not None and not swarm_stack_changes.remove(state, host, wish.name):
        return False
    carrier = inventory.get_host(server)
    if reason := _until(lambda: _still_runs(carrier), STOP_SECONDS):
        return failed(host, f"{reason}, so its data on {server} was not put aside")
    aside = f"{board.path}.before-restore-{datetime.now(UTC):%Y-%m-%d-%H%M%S}"
    script = StringCommand(
        "set -e; if [ -n \"$(ls -A", QuoteString(board.path), "2>/dev/null)\" ]; then cp -a",
        QuoteString(board.path), QuoteString(aside), "; find", QuoteString(board.path),
        "-mindepth 1 -delete; fi",
    )  # fmt: skip
    done, output = peers.run(carrier, script, show=context.print_input)
    if not done:
        return failed(host, f"the data on {server} was not put aside: {peers.reason(output)}")
    if board.data:
        logger.info(f"{host.print_prefix}the data until now: {aside} on {server}")
    if not swarm_stack_changes.deploy(state, host, wish, WAIT_SECONDS):
        return False
    try:
        client = access.client()
        client.wait_until_ready(START_SECONDS)
        client.restore(file, access.backup_password.text)
    except (PortainerError, OSError) as error:
        return failed(
            host,
            f"{file} was not restored: {error}. The data until then is in {aside} on {server}",
        )

    def complaint() -> str | None:
        now = read(access, START_SECONDS)
        return None if now.answers and now.administrator else now.unreachable or "it is empty"

    left = _until(complaint, START_SECONDS)
    peers.forget()
    return left is None or failed(host, f"Portainer does not answer with the backup: {left}")


def _still_runs(carrier: Host) -> str | None:
    """A service is gone from the Swarm's list before its container has ended."""
    command = StringCommand(
        "docker ps --quiet --filter",
        QuoteString(f"label=com.docker.swarm.service.name={SERVER_SERVICE}"),
    )
    done, output = peers.run(carrier, command, show=context.print_input)
    if not done:
        return f"Portainer's container was not found out: {peers.reason(output)}"
    return "Portainer's container does not end" if "".join(output.stdout_lines).strip() else None
