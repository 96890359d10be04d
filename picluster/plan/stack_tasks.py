"""Whether the tasks of a stack run, and which of them never will: pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from picluster.plan.stack_found import FoundService, FoundTask

FAILURES = 3
"""Tasks that have failed one after another in one place: more of them would fail the same way."""

FAILED = ("failed", "rejected")

_WISHED = {"running", "ready"}
_BUSY = {"updating", "rollback_started"}
_STOPPED = {"paused", "rollback_paused", "rollback_completed"}


@dataclass(frozen=True, slots=True)
class Trouble:
    """A service that is not (yet) as it should be."""

    service: str
    text: str
    """`on pi1a: rejected: No such image`."""
    hopeless: bool
    """Waiting longer alone would change nothing."""
    stuck: bool = False
    """Its tasks find no node, and nothing ends that they might wait for."""
    exited: str | None = None
    """A task whose log may tell why it ended."""


def troubles(
    services: Iterable[FoundService], tasks: Sequence[FoundTask], before: set[str]
) -> list[Trouble]:
    """What is not as it should be, at most one line for each service.

    + before: tasks that failed before this run began, and say nothing of it
    """
    found = (_trouble(service, tasks, before) for service in services)
    return [trouble for trouble in found if trouble is not None]


def is_hopeless(found: Sequence[Trouble]) -> bool:
    """Whether a service fails again and again, and none that it may wait for is on its way."""
    return any(trouble.hopeless for trouble in found) and all(
        trouble.hopeless or trouble.stuck for trouble in found
    )


def counts(services: Iterable[FoundService], tasks: Sequence[FoundTask]) -> tuple[int, int]:
    """How many tasks run as they should, and how many are to."""
    run = wished = 0
    for service in services:
        run += sum(_is_well(service, own) for own in _places(service, tasks).values())
        # Also where the task is still the one before: a global service is changed node by node.
        nodes = {
            task["node"]
            for task in tasks
            if task["service"] == service["id"] and task["desired"] in _WISHED
        }
        wished += len(nodes) if service["replicas"] is None else service["replicas"]
    return min(run, wished), wished


def _places(
    service: FoundService, tasks: Sequence[FoundTask]
) -> dict[tuple[int, str], list[FoundTask]]:
    """Slots, or nodes of a global service, where a task is wished; with all that happened there."""
    places: dict[tuple[int, str], list[FoundTask]] = {}
    for task in tasks:
        if task["service"] == service["id"] and task["template"] == service["template"]:
            key = (task["slot"], "" if task["slot"] else task["node"])
            places.setdefault(key, []).append(task)
    return {
        key: own
        for key, own in places.items()
        if any(task["desired"] in _WISHED for task in own) or _is_well(service, own)
    }


def _is_well(service: FoundService, own: Sequence[FoundTask]) -> bool:
    if any(task["state"] == "running" and task["desired"] == "running" for task in own):
        return True
    return not service["restarts"] and any(task["state"] == "complete" for task in own)


def _trouble(service: FoundService, tasks: Sequence[FoundTask], before: set[str]) -> Trouble | None:
    name, places = service["name"], _places(service, tasks)
    bad = {key: own for key, own in places.items() if not _is_well(service, own)}
    wished = len(places) if service["replicas"] is None else service["replicas"]
    if not bad and len(places) >= wished and service["update"] not in _BUSY | _STOPPED:
        if places or service["replicas"] == 0:
            return None
        text = "no node fits its placement constraints"
        return Trouble(name, text, hopeless=False, stuck=True)
    failed = [
        task
        for task in tasks
        if task["service"] == service["id"]
        and task["template"] == service["template"]
        and task["state"] in FAILED
        and task["id"] not in before
    ]
    repeatedly = _repeatedly(failed)
    last = repeatedly or next(iter(failed), None)
    if last is not None:
        return Trouble(
            name,
            _said(last),
            repeatedly is not None or service["update"] in _STOPPED,
            exited=last["id"] if last["exited"] else None,
        )
    waiting = [
        task for own in bad.values() for task in own if task["desired"] in {"running", "ready"}
    ]
    if waiting:
        # A port of the board is free only when the task before has ended.
        ends = any(
            task["service"] == service["id"]
            and task["desired"] == "shutdown"
            and task["state"] == "running"
            for task in tasks
        )
        pending = all(task["state"] == "pending" and task["error"] for task in waiting)
        return Trouble(name, _said(waiting[0]), hopeless=False, stuck=pending and not ends)
    if service["update"] in _BUSY | _STOPPED:
        return Trouble(name, f"its update is {service['update']}", service["update"] in _STOPPED)
    return Trouble(name, f"{len(places)} of {wished} tasks are there", hopeless=False)


def _repeatedly(failed: Sequence[FoundTask]) -> FoundTask | None:
    for task in failed:
        same = [t for t in failed if (t["slot"], t["node"]) == (task["slot"], task["node"])]
        by_slot = [t for t in failed if task["slot"] and t["slot"] == task["slot"]]
        if max(len(same), len(by_slot)) >= FAILURES:
            return task
    return None


def _said(task: FoundTask) -> str:
    where = f"on {task['node']}: " if task["node"] else ""
    return f"{where}{task['state']}" + (f": {task['error']}" if task["error"] else "")
