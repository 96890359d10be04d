"""Which nodes the ResourceManager is to know, and whether they are as planned."""

import re
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picluster.plan.yarn import (
    Capacity,
    ManagerState,
    NodeReport,
    capacities,
    complaint,
    is_dismissed,
    list_changes,
    names,
    resting,
)

WISHED = Capacity(memory_mb=384, vcores=4)
NODES = st.lists(st.sampled_from(["pi8", "pi4", "pi2a", "pi1a"]), unique=True)


def report(**changes: Any) -> NodeReport:
    """A node as it is wished."""
    node: Any = {"state": "RUNNING", "memory_mb": 384, "vcores": 4, "health": ""} | changes
    return cast(NodeReport, node)


def manager(**changes: Any) -> ManagerState:
    """A ResourceManager with two nodes, which has read its lists at its start."""
    state: Any = {
        "active": True,
        "answers": True,
        "include": ["pi8", "pi1a"],
        "exclude": [],
        "told": None,
        "nodes": {"pi8": report(), "pi1a": report()},
    }
    return cast(ManagerState, state | changes)


def test_a_blank_board_gets_both_lists_and_nobody_is_told() -> None:
    blank = manager(active=False, answers=False, include=None, exclude=None, nodes={})
    changes = list_changes(["pi8", "pi1a"], blank)
    assert (changes.write_include, changes.write_exclude, changes.tell) == (True, True, False)
    assert (changes.include, changes.exclude) == (("pi8", "pi1a"), ())


def test_a_new_node_is_added_and_told() -> None:
    changes = list_changes(["pi8", "pi1b", "pi1a"], manager())
    assert changes.include == ("pi8", "pi1a", "pi1b")
    assert (changes.write_include, changes.write_exclude, changes.tell) == (True, False, True)


def test_a_node_that_is_planned_no_more_stays() -> None:
    assert not list_changes(["pi8"], manager())
    assert list_changes(["pi8"], manager()).include == ("pi8", "pi1a")


def test_who_has_to_go_is_left_alone() -> None:
    changes = list_changes(["pi8", "pi1a"], manager(exclude=["pi1a", "pi8"]))
    assert not changes
    assert changes.exclude == ("pi1a", "pi8")


def test_lists_that_were_written_and_not_told_are_told() -> None:
    """A run was cut off between the two; or somebody edited a list, and told nobody."""
    for told in ("-", "a digest of other lists"):
        changes = list_changes(["pi8"], manager(told=told))
        assert (changes.write_include, changes.write_exclude, changes.tell) == (False, False, True)
    assert not list_changes(["pi8"], manager(told=changes.digest))


def test_a_stopped_one_reads_them_at_its_start() -> None:
    assert not list_changes(["pi8"], manager(active=False, told="-"))


@given(NODES, NODES, NODES, st.booleans())
def test_after_the_changes_there_are_none(
    planned: list[str], include: list[str], exclude: list[str], active: bool
) -> None:
    before = manager(active=active, include=include or None, exclude=exclude or None)
    changes = list_changes(planned, before)
    assert set(changes.include) == {*planned, *include}, "nobody leaves the list"
    assert list(changes.exclude) == exclude
    after = manager(
        active=active,
        include=[*changes.include],
        exclude=[*changes.exclude],
        told=changes.digest if changes.tell else None,
    )
    assert not list_changes(planned, after)


def test_as_planned() -> None:
    assert complaint("pi1a", WISHED, manager()) is None


@pytest.mark.parametrize("state", ["LOST", "SHUTDOWN", "DECOMMISSIONED", "REBOOTED"])
def test_gone(state: str) -> None:
    gone = manager(nodes={"pi1a": report(state=state)})
    assert f"it is {state}: see `journalctl -u yarn-nodemanager`" in _told("pi1a", gone)


def test_never_seen() -> None:
    assert "does not see its NodeManager: see" in _told("pi1b", manager())


def test_unhealthy() -> None:
    ill = manager(nodes={"pi1a": report(state="UNHEALTHY", health="ERROR too hot")})
    assert _told("pi1a", ill) == "its NodeManager is UNHEALTHY: ERROR too hot"


RESTING = "ERROR thermal: critical: 84.0 °C, critical from 82 °C"


@pytest.mark.parametrize("changed", [{}, {"memory_mb": 128, "vcores": 1}, {"memory_mb": -1}])
def test_a_board_that_rests_is_as_wished_whatever_it_offers(changed: dict[str, int]) -> None:
    found = manager(nodes={"pi1a": report(state="UNHEALTHY", health=RESTING, **changed)})
    assert complaint("pi1a", WISHED, found) is None
    assert resting("pi1a", found) == "critical: 84.0 °C, critical from 82 °C"


@pytest.mark.parametrize(
    ("state", "health"),
    [
        ("UNHEALTHY", f"{RESTING} ;1/1 local-dirs are bad: /var/lib/hadoop"),
        ("UNHEALTHY", f"1/1 local-dirs are bad: /var/lib/hadoop; {RESTING}"),
        ("UNHEALTHY", "Node health script timed out"),
        ("UNHEALTHY", " ; "),
        ("UNHEALTHY", ""),
        ("LOST", RESTING),
    ],
)
def test_what_is_no_rest(state: str, health: str) -> None:
    found = manager(nodes={"pi1a": report(state=state, health=health)})
    assert resting("pi1a", found) is None
    assert complaint("pi1a", WISHED, found) is not None


def test_who_runs_or_is_unknown_does_not_rest() -> None:
    assert resting("pi1a", manager()) is None
    assert resting("pi1b", manager()) is None


@pytest.mark.parametrize("changed", [{"memory_mb": 512}, {"vcores": 2}])
def test_another_size_than_planned(changed: dict[str, int]) -> None:
    told = _told("pi1a", manager(nodes={"pi1a": report(**changed)}))
    assert re.search("offers .*, planned are 384 MiB and 4", told)


@pytest.mark.parametrize("state", ["DECOMMISSIONED", "DECOMMISSIONING"])
def test_dismissed_is_as_wished(state: str) -> None:
    found = manager(exclude=["pi1a"], nodes={"pi1a": report(state=state, memory_mb=-1)})
    assert is_dismissed("pi1a", found)
    assert complaint("pi1a", WISHED, found) is None
    assert not is_dismissed("pi8", found)
    assert not is_dismissed("pi8", None)


def _told(name: str, found: ManagerState) -> str:
    return complaint(name, WISHED, found) or ""


@pytest.mark.parametrize("name", ["", "a b", "-rf", "a\n", "$(id)", "#x", "Ü", 3, None])
def test_no_host_names(name: Any) -> None:
    with pytest.raises(ValueError, match="is no host name"):
        names([name])
    with pytest.raises(ValueError, match="is no host name"):
        capacities({name: (384, 4)})


@pytest.mark.parametrize("pair", [(384,), (384, 4, 1), (0, 4), (384, "4"), (True, 4), 384, "34"])
def test_no_capacities(pair: Any) -> None:
    with pytest.raises(ValueError, match="memory in MiB and vcores"):
        capacities({"pi8": pair})
    with pytest.raises(ValueError, match="takes a table"):
        capacities(["pi8"])


def test_capacities_as_a_command_line_gives_them() -> None:
    assert capacities({"pi8": [384, 4]}) == {"pi8": WISHED}
