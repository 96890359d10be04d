"""Waiting until the tasks of stacks run, and saying which do not and why."""

import time
from collections.abc import Sequence

from pyinfra import logger
from pyinfra.api import Host, QuoteString, StringCommand

from facts.stacks import Stacks
from operations import peers
from picluster.plan.stack_found import FoundService, FoundTask, StacksState
from picluster.plan.stack_tasks import FAILED, Trouble, counts, is_hopeless, troubles

POLL_SECONDS = 1.0
PROGRESS_SECONDS = 10.0
STUCK_SECONDS = 60
"""Tasks that find no node for so long, without any other on its way, find none later."""
LOOKS = 2
"""Managers take a moment to replace the tasks of a service that was changed just now."""


def wait(
    host: Host,
    names: Sequence[str],
    seconds: float,
    before: set[str] | None = None,
    looks: int = LOOKS,
) -> str | None:
    """Why stacks do not run; None as soon as all their tasks do.

    + host: a manager
    + seconds: how long the tasks may take; fewer when waiting cannot help
    + before: tasks whose failure says nothing; None for all those of the past
    + looks: how many times, one after another, all has to be well
    """
    well, failures = 0, Failures(before)
    start = said = moving = time.monotonic()
    while True:
        peers.forget()
        found = peers.ask(host.name, Stacks, tasks=True)
        now = time.monotonic()
        if found is None:
            if now - start > seconds:
                return "its engine did not tell of its stacks; see above"
            well = 0
            time.sleep(POLL_SECONDS)
            continue
        services, tasks = _of(found, names)
        missing = sorted(set(names) - {service["stack"] for service in services})
        if missing:
            return f"the stack {', '.join(missing)} is not there"
        bad = troubles(services, failures.add(tasks), failures.before)
        well = 0 if bad else well + 1
        if well >= looks:
            return None
        if not bad or any(not trouble.stuck for trouble in bad):
            moving = now
        if is_hopeless(bad) or now - start > seconds or now - moving > STUCK_SECONDS:
            return "; ".join(_line(trouble) + _last_words(host, trouble) for trouble in bad)
        if now - said >= PROGRESS_SECONDS:
            said = now
            run, wished = counts(services, tasks)
            reasons = "; ".join(map(_line, bad))
            logger.info(f"{host.print_prefix}{run} of {wished} tasks run: {reasons}")
        time.sleep(POLL_SECONDS)


class Failures:
    """Failed tasks of all looks: the Swarm itself keeps but the last five of each place."""

    def __init__(self, before: set[str] | None) -> None:
        self.before = before if before is not None else set[str]()
        self._learns = before is None
        self._kept: dict[str, FoundTask] = {}

    def add(self, tasks: Sequence[FoundTask]) -> list[FoundTask]:
        """All tasks of this look, and those that have failed by an earlier one."""
        if self._learns:
            self.before |= {task["id"] for task in tasks if task["state"] in FAILED}
            self._learns = False
        now = {task["id"] for task in tasks}
        older = [task for key, task in self._kept.items() if key not in now]
        self._kept |= {task["id"]: task for task in tasks if task["state"] in FAILED}
        return [*tasks, *older]


def _of(found: StacksState, names: Sequence[str]) -> tuple[list[FoundService], list[FoundTask]]:
    services = [service for service in found["services"] if service["stack"] in names]
    ids = {service["id"] for service in services}
    return services, [task for task in found["tasks"] or () if task["service"] in ids]


def _line(trouble: Trouble) -> str:
    return f"{trouble.service}: {trouble.text}"


def _last_words(host: Host, trouble: Trouble) -> str:
    """The last line of the log of a task that has ended by itself."""
    if trouble.exited is None:
        return ""
    command = StringCommand(
        "timeout 10 docker service logs --raw --tail 5", QuoteString(trouble.exited)
    )
    done, output = peers.run(host, command)
    lines = [line.strip() for line in output.output_lines if line.strip()] if done else []
    if not lines:
        return " (its log is empty)" if done else ""
    words = "".join(c if c.isprintable() else " " for c in lines[-1])[:300]
    return f" (the last line of its log: {words})"
