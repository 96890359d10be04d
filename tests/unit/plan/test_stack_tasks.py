"""Which services run, which are on their way, and for which waiting is in vain."""

from typing import Any

import pytest

from picluster.plan.stack_found import FoundService, FoundTask
from picluster.plan.stack_tasks import counts, is_hopeless, troubles
from tests.unit.plan.stacks import service, task


def bad(tasks: list[FoundTask], found: FoundService | None = None, **more: Any) -> Any:
    (trouble,) = troubles([found or service()], tasks, more.get("before", set()))
    return trouble


WELL: dict[str, tuple[FoundService, list[FoundTask]]] = {
    "running": (service(), [task()]),
    "global": (service(replicas=None), [task(slot=0), task(slot=0, node="pi8", id="2")]),
    "none wished": (service(replicas=0), []),
    "it failed before": (service(), [task(), task("failed", desired="shutdown", id="2")]),
    "a job has ended": (service(restarts=False), [task("complete", desired="shutdown")]),
    "updated": (
        service(update="completed"),
        [task(), task("shutdown", desired="shutdown", id="2")],
    ),
    "node gone": (
        service(replicas=None),
        [task(slot=0), task(slot=0, node="p", desired="shutdown")],
    ),
}


@pytest.mark.parametrize("case", WELL)
def test_well(case: str) -> None:
    found, tasks = WELL[case]
    assert troubles([found], tasks, set()) == []
    run, wished = counts([found], tasks)
    assert run == wished or found["replicas"] is not None


ON_ITS_WAY: dict[str, tuple[FoundService, list[FoundTask], str]] = {
    "no task yet": (service(), [], "0 of 1 tasks are there"),
    "pulls": (service(), [task("preparing")], "on pi1a: preparing"),
    "the task before": (service(), [task(template="old")], "0 of 1 tasks are there"),
    "updates": (service(update="updating"), [task()], "its update is updating"),
    "failed once": (service(), [task("failed", error="e")], "on pi1a: failed: e"),
    "ended": (service(), [task("complete", desired="shutdown")], "0 of 1 tasks are there"),
    "one of two": (service(replicas=2), [task()], "1 of 2 tasks are there"),
    "waits for a port": (
        service(),
        [
            task("pending", node="", error="port already in use"),
            task("running", desired="shutdown", template="old", id="2"),
        ],
        "pending: port already in use",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ON_ITS_WAY)
def test_on_its_way(case: str) -> None:
    found, tasks, text = ON_ITS_WAY[case]
    trouble = bad(tasks, found)
    assert (trouble.service, trouble.text) == ("hello_web", text)
    assert not trouble.stuck
    assert not is_hopeless([trouble])


def failures(count: int, **changes: Any) -> list[FoundTask]:
    return [
        task("failed", id=str(n), desired="shutdown", error="exit (3)", exited=True, **changes)
        for n in range(count)
    ]


def test_the_same_task_failed_again_and_again() -> None:
    trouble = bad([task("ready", id="new"), *failures(3)])
    assert is_hopeless([trouble])
    assert (trouble.text, trouble.exited) == ("on pi1a: failed: exit (3)", "0")


@pytest.mark.parametrize(
    "tasks",
    [
        failures(2),
        [f for n in range(3) for f in failures(1, slot=0, node=f"pi{n}")],
        [f for n in range(1, 4) for f in failures(1, slot=n)],
    ],
    ids=["twice", "once on each node", "once in each slot"],
)
def test_not_often_enough(tasks: list[FoundTask]) -> None:
    assert not is_hopeless([bad(tasks, service(replicas=3))])


def test_a_slot_that_fails_on_one_node_after_the_other() -> None:
    tasks = [f | {"id": str(n), "node": f"pi{n}"} for n, f in enumerate(failures(3))]
    assert is_hopeless([bad(tasks)])


def test_failures_of_the_past_say_nothing() -> None:
    tasks = [task("ready", id="new"), *failures(3)]
    assert not is_hopeless([bad(tasks, before={"0", "1", "2"})])
    old = [task("ready", id="new"), *failures(3, template="old")]
    assert not is_hopeless([bad(old)])


def test_others_on_their_way_may_be_what_it_waits_for() -> None:
    fails = bad([task("ready", id="new"), *failures(3)])
    pulls = bad([task("preparing")])
    stuck = bad([task("pending", node="", error="no suitable node")])
    assert not is_hopeless([fails, pulls])
    assert is_hopeless([fails, stuck])
    assert stuck.stuck
    assert not is_hopeless([stuck]), "a node may come back"
    assert not is_hopeless([])


def test_no_node_fits() -> None:
    trouble = bad([], service(replicas=None))
    assert trouble.stuck
    assert "placement" in trouble.text


@pytest.mark.parametrize("update", ["paused", "rollback_paused", "rollback_completed"])
def test_an_update_that_docker_gave_up(update: str) -> None:
    assert is_hopeless([bad([task()], service(update=update))])
    assert is_hopeless([bad(failures(1), service(update=update))])


def test_counts() -> None:
    tasks = [task(slot=0), task("preparing", slot=0, node="pi8", id="2", template="t")]
    tasks += [task(slot=0, node="pi4", id="3", template="old")]
    assert counts([service(replicas=None)], tasks) == (1, 3)
