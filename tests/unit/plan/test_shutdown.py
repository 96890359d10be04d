"""Which boards go off when, what that takes along, and which must not."""

from pathlib import Path
from typing import Any

import pytest
import tomli

from picluster.plan.errors import UserError
from picluster.plan.hdfs_found import LiveDataNode
from picluster.plan.load import parse_config
from picluster.plan.plan import make_plan
from picluster.plan.shutdown import (
    consequences,
    few_copies,
    head_of,
    stage_of,
    too_few_managers,
)
from picluster.plan.swarm import SwarmNode, Verdict
from picluster.plan.yarn_jobs import Job, agreed_to, is_id, jobs_of, named

EXAMPLE = tomli.loads((Path(__file__).parents[3] / "cluster.example.toml").read_text())
CONFIG = parse_config(EXAMPLE, "cluster.example.toml")
PLAN = make_plan(CONFIG)


def node(name: str, reachability: Any = None) -> SwarmNode:
    return SwarmNode(
        id=f"id-{name}",
        hostname=name,
        role="worker" if reachability is None else "manager",
        availability="active",
        labels={},
        state="ready",
        reachability=reachability,
        manager_address=None,
    )


def verdict(**managers: str) -> Verdict:
    nodes = [node(name, how) for name, how in managers.items()]
    return Verdict(nodes=(*nodes, node("pi1a")))


THREE = {"pi8": "reachable", "pi4": "reachable", "pi2a": "reachable"}
FIVE = THREE | {"pi2b": "reachable", "pi1b": "reachable"}


def test_the_stages() -> None:
    assert head_of(CONFIG, PLAN) == "pi8"
    stages = {node.name: stage_of(CONFIG, PLAN, node.name) for node in CONFIG.nodes}
    assert stages == {
        "pi8": "head",
        "pi4": "managers",
        "pi2a": "managers",
        "pi2b": "workers",
        "pi1a": "workers",
        "pi1b": "workers",
        "pi1c": "workers",
    }


def test_without_hdfs_the_strongest_manager_is_the_head() -> None:
    off = {"enabled": False}
    data = EXAMPLE | {"hdfs": off, "yarn": off, "spark": off}
    config = parse_config(data, "x")
    assert stage_of(config, make_plan(config), "pi8") == "head"


@pytest.mark.parametrize(
    ("managers", "going", "refused"),
    [
        (THREE, ["pi1a"], False),
        (THREE, ["pi4"], False),
        (THREE, ["pi4", "pi1a"], False),
        (THREE, ["pi4", "pi2a"], True),
        (FIVE, ["pi4", "pi2a"], False),
        (FIVE, ["pi8", "pi4", "pi2a"], True),
        (THREE | {"pi8": "unreachable"}, ["pi4"], True),
        (THREE | {"pi8": "unreachable"}, ["pi8"], False),
        (THREE | {"pi8": "unreachable"}, ["pi1a"], False),
        ({"pi8": "reachable"}, ["pi8"], True),
        ({"pi8": "reachable"}, ["pi1a"], False),
        ({}, ["pi8"], False),
    ],
    ids=str,
)
def test_the_quorum(managers: dict[str, str], going: list[str], refused: bool) -> None:
    reason = too_few_managers(going, {f"id-{name}" for name in going}, verdict(**managers))
    assert (reason is not None) is refused
    assert reason is None or f"without {', '.join(sorted(going))} " in reason


def reason(going: list[str], managers: dict[str, str]) -> str:
    found = too_few_managers(going, {f"id-{name}" for name in going}, verdict(**managers))
    assert found is not None
    return found


def test_why_the_quorum_would_be_lost() -> None:
    whole = "or switch off the whole cluster: picluster shutdown"
    assert reason(["pi4", "pi2a"], THREE).endswith(
        f"1 of 3 managers of the Swarm would be left, too few to agree: nothing could be changed "
        f"in it, and no service would move. Switch fewer managers off at a time, {whole}"
    )
    assert reason(["pi4"], THREE | {"pi8": "unreachable"}).endswith(
        f"Bring pi8 back first, which the others do not reach, {whole}"
    )
    assert reason(["pi8"], {"pi8": "reachable"}) == (
        "without pi8 the Swarm would have no manager: nothing could be changed in it, and no "
        "service would move. Switch the whole cluster off: picluster shutdown"
    )


DATANODES = {"pi4": "192.0.2.4", "pi2a": "192.0.2.2", "pi1a": "192.0.2.1", "pi1b": "192.0.2.5"}


def live(**silent_seconds: int) -> dict[str, LiveDataNode]:
    return {
        DATANODES[name]: LiveDataNode(name=name, admin_state="In Service", silent_seconds=seconds)
        for name, seconds in silent_seconds.items()
    }


ALL = {"pi4": 1, "pi2a": 1, "pi1a": 1, "pi1b": 1}


@pytest.mark.parametrize(
    ("going", "seconds", "away"),
    [
        (["pi4"], ALL, None),
        (["pi4", "pi2a", "pi1a"], ALL, None),  # what that takes along is told without asking
        (["pi4", "pi2a"], ALL | {"pi1b": 21}, "pi1b is"),
        (["pi4", "pi2a"], ALL | {"pi1b": 20}, None),
        (["pi4"], ALL | {"pi1b": 60}, None),  # the third copy is elsewhere
        (["pi4"], {"pi4": 1, "pi2a": 1}, "pi1a, pi1b are"),
        (["pi8"], {"pi4": 1}, "pi2a, pi1a, pi1b are"),
    ],
    ids=str,
)
def test_copies_that_are_away_already(
    going: list[str], seconds: dict[str, int], away: str | None
) -> None:
    found = few_copies(DATANODES, going, live(**seconds), 3)
    assert (found is not None) is (away is not None)
    assert found is None or found.startswith(f"HDFS: {away} away already. Files that")


@pytest.mark.parametrize(
    ("names", "said", "not_said"),
    [
        (["pi8"], ["HDFS stands still", "YARN takes no jobs", "2 of 3 managers"], ["copies has"]),
        (
            ["pi4"],
            ["has a copy elsewhere", "Portainer's page is away", "The home page is away"],
            ["stands still"],
        ),
        (["pi1a"], ["has a copy elsewhere", "MiB less"], ["managers", "Portainer", "home"]),
        (["pi1a", "pi1b"], ["has a copy elsewhere"], ["managers", "cannot be read"]),
        (
            ["pi1a", "pi1b", "pi1c"],
            ["all their 3 copies on these 3 boards", "None is lost"],
            ["managers"],
        ),
    ],
    ids=str,
)
def test_consequences(names: list[str], said: list[str], not_said: list[str]) -> None:
    text = "\n".join(consequences(CONFIG, PLAN, names))
    assert all(words in text for words in said), text
    assert not [words for words in not_said if words in text], text


def job(number: int) -> Job:
    return Job(id=f"application_1_{number}", name="count.py", user="pi", state="RUNNING")


@pytest.mark.parametrize(
    ("value", "others"),
    [
        (None, [1, 2]),
        ("no", [1, 2]),
        ("yes", []),
        ("application_1_1", [2]),
        ("application_1_2,application_1_1", []),
        ("application_1_3", [1, 2]),
    ],
)
def test_which_jobs_nobody_has_agreed_to_end(value: object, others: list[int]) -> None:
    assert agreed_to(value).others([job(1), job(2)]) == [job(number) for number in others]


@pytest.mark.parametrize(
    "value",
    ["", "maybe", True, 1, ["application_1_1"], "application_1_1,", "application_1_1;id", "job_1"],
    ids=str,
)
def test_a_wrong_agreement_is_none(value: object) -> None:
    with pytest.raises(UserError, match="write yes, no, or the IDs"):
        agreed_to(value)


def test_ids_of_jobs() -> None:
    assert is_id("application_1700000000000_0001")
    assert not is_id("application_1_1\n")
    assert not is_id("LEDs")


def test_jobs_by_name() -> None:
    assert named([job(1)]) == "count.py of pi (RUNNING, application_1_1)"
    assert named([job(n) for n in range(7)]).endswith("application_1_4), and 2 more")


def test_a_name_that_would_move_the_cursor() -> None:
    one = {"id": "a", "name": "x\x1b[2J\r\ny", "user": "pi", "state": "RUNNING"}
    (job,) = jobs_of({"apps": {"app": [one]}})
    assert job["name"] == "x?[2J y"
