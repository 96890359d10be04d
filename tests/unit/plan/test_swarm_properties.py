"""What holds for whatever the boards say."""

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from picluster.plan.swarm import (
    SwarmNode,
    SwarmState,
    Verdict,
    judge,
    managers_of,
    quorum,
    reachable,
)
from picluster.plan.swarm_members import label_changes, membership, refusal_of, twins
from picluster.plan.swarm_restart import reasons_against_restart
from tests.unit.plan.swarms import (
    OTHER,
    SWARM,
    blank,
    circle,
    inactive,
    manager,
    member,
    node,
    stopped,
    swarm_of,
    worker,
)

NAMES = ["pi8", "pi4", "pi2a", "pi2b", "pi1a"]
ADVICE = ["leave --force", "run again", "Bring", "bring", "cluster.toml", "full-upgrade", "recover"]

States = dict[str, SwarmState | None]


@st.composite
def entries(draw: st.DrawFn) -> list[SwarmNode]:
    """Nodes as some manager might see them, with entries of earlier lives."""
    kinds = st.sampled_from(["reachable", "unreachable", "unknown", None])
    found = []
    for number in range(draw(st.integers(0, 6))):
        name, kind = draw(st.sampled_from(NAMES)), draw(kinds)
        made = node(name) if kind is None else member(name, kind)
        made["id"] = f"{name}-id" if draw(st.booleans()) else f"old-{number}"
        made["state"] = draw(st.sampled_from(["ready", "down", "unknown", "disconnected"]))
        found.append(made)
    return list({entry["id"]: entry for entry in found}.values())


@st.composite
def boards(draw: st.DrawFn, name: str) -> SwarmState | None:
    """What a board may say, also what no board should."""
    swarm = draw(st.sampled_from([SWARM, SWARM, SWARM, OTHER]))
    state = draw(
        st.sampled_from(
            [
                blank(),
                blank(engine="stopped"),
                inactive(),
                inactive(state="pending"),
                worker(name, swarm_id=swarm),
                worker(name, swarm_id=swarm, state="pending"),
                worker(name, swarm_id=swarm, state="error"),
                manager(name, draw(st.none() | entries()), swarm_id=swarm),
                manager(name, None, swarm_id=swarm, state="locked", control=False),
                manager(name, None, swarm_id=swarm, state="error"),
            ]
        )
    )
    if draw(st.booleans()):
        return state
    return draw(st.sampled_from([None, stopped(state), stopped(state, "absent")]))


states_of_boards = st.fixed_dictionaries({name: boards(name) for name in NAMES})
plans = st.sampled_from([NAMES[:1], NAMES[:3], NAMES])


@given(states_of_boards, plans)
def test_whoever_refuses_says_what_to_do(states: States, managers: list[str]) -> None:
    verdict = judge(states, managers)
    reasons = [verdict.refusal, verdict.undecided]
    for name, state in states.items():
        if state is not None:
            reasons += [refusal_of(name, state, verdict)]
    for reason in reasons:
        assert reason is None or any(word in reason for word in ADVICE), reason


@given(states_of_boards, plans)
def test_no_second_swarm_is_made(states: States, managers: list[str]) -> None:
    with_swarm = [
        name
        for name, state in states.items()
        if state is not None
        if state["swarm_id"] is not None and (state["manager_on_disk"] or name in managers)
    ]
    away = [name for name in managers if states[name] is None]
    assert judge(states, managers).is_new is (not with_swarm and not away)


@given(states_of_boards, plans)
def test_a_verdict_does_not_contradict_itself(states: States, managers: list[str]) -> None:
    verdict = judge(states, managers)
    assert bool(verdict.through) is (verdict.nodes is not None)
    assert not (verdict.refusal and verdict.undecided)
    if verdict.refusal or verdict.undecided:
        assert not verdict.through
    if verdict.quorum_lost:
        assert verdict.refusal
    if verdict.through:
        assert verdict.swarm_id is not None
    for name in verdict.through:
        state = states[name]
        assert state is not None
        assert state["engine"] == "running"
        assert state["swarm_id"] == verdict.swarm_id


@given(states_of_boards, plans, st.randoms())
def test_the_order_of_the_answers_does_not_matter(
    states: States, managers: list[str], random: Any
) -> None:
    shuffled = list(states.items())
    random.shuffle(shuffled)
    first, second = judge(states, managers), judge(dict(shuffled), managers)
    assert (first.is_new, first.swarm_id, first.quorum_lost, set(first.through)) == (
        second.is_new,
        second.swarm_id,
        second.quorum_lost,
        set(second.through),
    )


@given(st.integers(1, 5), st.data())
def test_a_majority_is_no_lost_quorum(count: int, data: st.DataObject) -> None:
    managers = NAMES[:count]
    lost = data.draw(st.lists(st.sampled_from(managers), unique=True, max_size=(count - 1) // 2))
    others = [
        blank(), inactive(), inactive(state="pending"), worker("x"), stopped(worker("x")), None,
    ]  # fmt: skip
    states = swarm_of(managers, lost, ["pi1b"]) | {"x": data.draw(st.sampled_from(others))}
    verdict = judge(states, managers)
    assert verdict.refusal is None
    assert verdict.through == tuple(name for name in managers if name not in lost)


@given(states_of_boards, plans, entries())
def test_a_living_node_is_nobodys_twin(
    states: States, managers: list[str], nodes: list[SwarmNode]
) -> None:
    for verdict in (judge(states, managers), Verdict(SWARM, tuple(nodes), ("pi8",))):
        for name, state in states.items():
            if state is None or refusal_of(name, state, verdict) or verdict.refusal:
                continue
            stale = twins(name, state, verdict)
            assert all(entry["hostname"] == name for entry in stale)
            assert state["node_id"] is None or state["node_id"] not in {n["id"] for n in stale}
            if membership(state, verdict) == "unknown":
                assert stale == []


@given(states_of_boards, plans)
def test_a_member_has_its_entry(states: States, managers: list[str]) -> None:
    verdict = judge(states, managers)
    for name, state in states.items():
        if state is None or verdict.refusal or refusal_of(name, state, verdict):
            continue
        if membership(state, verdict) == "member":
            assert verdict.node(state["node_id"]) is not None
        if state["engine"] != "running":
            known = verdict.nodes is None or verdict.node(state["node_id"]) is not None
            place = "unknown" if known else "rejoin"
            assert membership(state, verdict) == ("absent" if state["swarm_id"] is None else place)


@given(st.integers(1, 5), st.data())
def test_who_may_restart_leaves_a_quorum(count: int, data: st.DataObject) -> None:
    managers = NAMES[:count]
    lost = data.draw(st.lists(st.sampled_from(managers), unique=True, max_size=count))
    assume(len(lost) < count)
    states = swarm_of(managers, lost)
    verdict = judge(states, managers)
    name = data.draw(st.sampled_from([name for name in managers if name not in lost]))
    if not reasons_against_restart(name, states, verdict):
        nodes = circle([n for n in managers if n not in lost], lost)
        left = [entry for entry in reachable(nodes) if entry["hostname"] != name]
        # Of one manager, or two, none could ever be spared.
        assert count < 3 or len(left) >= quorum(len(managers_of(nodes)))


keys = st.sampled_from(["pi.a", "pi.b", "pi.c", "pi", "pi.", "mine", "Pi.a"])
tables = st.dictionaries(keys, st.sampled_from(["", "1", "2"]))


@given(tables, tables)
def test_labels_become_the_wished_ones_and_foreign_ones_stay(
    present: dict[str, str], wished: dict[str, str]
) -> None:
    wished = {key: value for key, value in wished.items() if key.startswith("pi.")}
    changes = label_changes(present, wished, "pi.")
    after: dict[str, Any] = {**present, **changes}
    after = {key: value for key, value in after.items() if value is not None}
    foreign = {key: value for key, value in present.items() if not key.startswith("pi.")}
    assert after == foreign | wished
    assert all(key in present for key, value in changes.items() if value is None)
    assert label_changes(after, wished, "pi.") == {}
