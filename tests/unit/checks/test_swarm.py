"""Checks of the Swarm, its services and Portainer."""

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from picluster.checks import portainer, published, swarm, swarm_seen
from picluster.checks.published import Port, Service
from picluster.checks.swarm_seen import SwarmNode
from picluster.checks.swarm_tasks import Task
from picluster.checks.verdict import AskError
from picluster.contact.ssh import Result
from picluster.plan.derating import Availability
from picluster.plan.thermal_section import Thermal
from tests.facts import apart
from tests.unit.checks.clusters import Answer, cluster, said, silence

WANTED: dict[str, tuple[Availability, ...]] = {
    "pi8": ("active",),
    "pi4": ("active",),
    "pi1a": ("active",),
}


def node(name: str, **changes: Any) -> SwarmNode:
    """A node that is well."""
    values = {"id": f"id-{name}", "name": name, "availability": "active", "state": "ready"}
    return SwarmNode.model_construct(**(values | changes))


def manager(name: str, **changes: Any) -> SwarmNode:
    """A manager that is well."""
    return node(name, **({"manager": "reachable"} | changes))


WELL = [node("pi8"), node("pi4"), node("pi1a")]


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (WELL, []),
        (WELL[:2], ["pi1a is not in the Swarm"]),
        ([*WELL[:2], node("pi1a", state="down")], ["pi1a is down in the Swarm, wanted: ready"]),
        (
            [*WELL[:2], node("pi1a", availability="drain")],
            ["pi1a has availability drain in the Swarm, wanted: active"],
        ),
        (
            [*WELL, node("pi1a", id="old", state="down")],
            ["the Swarm has a second pi1a, which is down: left by an older card"],
        ),
        ([*WELL, node("other")], ["other is in the Swarm and not in cluster.toml"]),
    ],
)
def test_nodes(found: list[SwarmNode], wanted: list[str]) -> None:
    problems = list(swarm.judge_nodes(WANTED, found, []))
    assert [problem.reason for problem in problems] == wanted
    assert all(problem.remedy for problem in problems)


def test_heat_may_pause_a_board_and_never_drain_one() -> None:
    wanted = {name: swarm.accepted("active", Thermal()) for name in WANTED}
    found = [*WELL[:2], node("pi1a", availability="pause")]
    assert list(swarm.judge_nodes(wanted, found, [])) == []
    found = [*WELL[:2], node("pi1a", availability="drain")]
    (problem,) = swarm.judge_nodes(wanted, found, [])
    assert problem.reason == "pi1a has availability drain in the Swarm, wanted: active"


@pytest.mark.parametrize(
    ("declared", "section", "wanted"),
    [
        ("active", {}, ("active", "pause")),
        ("pause", {}, ("pause",)),
        ("drain", {}, ("drain",)),
        ("active", {"enabled": False}, ("active",)),
        ("active", {"critical": {"availability": "active"}}, ("active",)),
    ],
)
def test_availabilities_that_a_board_may_have(
    declared: Availability, section: dict[str, Any], wanted: tuple[Availability, ...]
) -> None:
    assert swarm.accepted(declared, Thermal.model_validate(section)) == wanted


def test_a_paused_board_is_told() -> None:
    lines = [
        {"ID": name, "Hostname": name, "Availability": kind, "Status": "Ready"}
        for name, kind in (("pi8", "Active"), ("pi4", "Active"), ("pi1a", "Pause"))
    ]
    output = "\n".join(map(json.dumps, lines))
    verdict = swarm.ask_nodes(cluster({"pi8": lambda _: said(output)}))
    assert (verdict.state, verdict.found) == (
        "passed",
        "3 of 3 ready; less available, as the band of the last deploy has it: pi1a (pause)",
    )


def test_a_silent_board_may_be_down() -> None:
    found = [*WELL[:2], node("pi1a", state="down")]
    assert list(swarm.judge_nodes(WANTED, found, ["pi1a"])) == []


@pytest.mark.parametrize(
    ("found", "silent", "wanted"),
    [
        ([manager("pi8", manager="leader"), node("pi4")], [], []),
        ([manager("pi8", manager="leader"), manager("pi4")], [], ["pi4 manages the Swarm"]),
        ([node("pi8"), manager("pi4", manager="leader")], [], ["pi8 does not", "pi4 manages"]),
        ([manager("pi8")], [], ["the Swarm has no leader"]),
    ],
)
def test_managers(found: list[SwarmNode], silent: list[str], wanted: list[str]) -> None:
    problems = list(swarm.judge_managers(["pi8"], found, silent))
    assert len(problems) == len(wanted)
    assert all(p.reason.startswith(w) for p, w in zip(problems, wanted, strict=True))


def test_a_manager_that_the_others_do_not_reach() -> None:
    found = [manager("pi8", manager="leader"), manager("pi4", manager="unreachable")]
    (problem,) = swarm.judge_managers(["pi8", "pi4"], found, [])
    assert problem.reason == "the manager pi4 is unreachable for the others"
    assert list(swarm.judge_managers(["pi8", "pi4"], found, ["pi4"])) == []


@pytest.mark.parametrize(
    ("here", "away", "spare"),
    [(1, 0, "none"), (3, 0, "1"), (2, 1, "none"), (5, 0, "2"), (4, 1, "1")],
)
def test_how_many_managers_may_be_lost(here: int, away: int, spare: str) -> None:
    found = [manager(f"m{i}", **({"manager": "leader"} if i == 0 else {})) for i in range(here)]
    found += [manager(f"a{i}", manager="unreachable") for i in range(away)]
    assert (
        swarm.quorum(found) == f"{here} of {here + away} reachable, m0 leads; {spare} may be lost"
    )


LISTED = (
    '{"Availability":"Active","EngineVersion":"20.10.24+dfsg1","Hostname":"pi8","ID":"x1",'
    '"ManagerStatus":"Leader","Self":true,"Status":"Ready","TLSStatus":"Ready"}\n'
)


def test_docker_is_read() -> None:
    (found,) = swarm_seen.parse_nodes(LISTED)
    assert (found.name, found.state, found.manager) == ("pi8", "ready", "leader")


@pytest.mark.parametrize("output", ["{}", "[{}]", "Error response from daemon"])
def test_something_else_than_nodes(output: str) -> None:
    with pytest.raises(AskError, match="something else than nodes"):
        swarm_seen.parse_nodes(output)


def test_the_second_manager_is_asked_where_the_first_cannot() -> None:
    answers = {
        "pi8": lambda _: said(code=1, errors="Cannot connect to the Docker daemon"),
        "pi4": lambda _: said(LISTED),
        "pi1a": silence,
    }
    assert [one.name for one in swarm_seen.nodes(cluster(answers))] == ["pi8"]


def test_no_manager_can_tell() -> None:
    answers = {"pi8": lambda _: said(code=1, errors="The swarm does not have a leader")}
    with pytest.raises(AskError, match="pi8: The swarm does not have a leader") as raised:
        swarm_seen.nodes(cluster({**answers, "pi4": silence}))
    assert swarm_seen.REPAIR in raised.value.problem.remedy


def test_a_slow_manager_is_asked_again_and_nothing_started_anew() -> None:
    slow = cluster({"pi8": lambda _: said(code=124, errors="context canceled")})
    with pytest.raises(AskError, match="pi8: no answer within 8 s") as raised:
        swarm_seen.nodes(slow)
    assert "run the check again" in raised.value.problem.remedy
    assert "docker node ls" in raised.value.problem.remedy
    assert swarm_seen.REPAIR not in raised.value.problem.remedy


def test_a_manager_that_fails_beside_a_slow_one_wants_repair() -> None:
    answers = {"pi8": lambda _: said(code=124), "pi4": lambda _: said(code=1, errors="no daemon")}
    with pytest.raises(AskError) as raised:
        swarm_seen.nodes(cluster(answers))
    assert swarm_seen.REPAIR in raised.value.problem.remedy


@pytest.fixture
def docker(tmp_path: Path) -> Callable[[str], Answer]:
    """A board's real shell, whose sudo plays Docker: one of its three commands hangs."""

    def play(hangs: str) -> Answer:
        sudo = tmp_path / "sudo"
        sudo.write_text(
            f"""#!/bin/sh
            case "$*" in
                *"docker {hangs}"*) exit 124 ;;
                *"docker service ls"*) echo x1 ;;
                *"docker service ps"*) echo 'task|a_b.1|pi8|Running|Running 2 hours ago' ;;
                *"docker service inspect"*)
                    echo '[{{"Spec": {{"Name": "a_b", "Mode": {{"Replicated": {{}}}}}}}}]' ;;
            esac
            """
        )
        sudo.chmod(0o755)
        path = f"{tmp_path}:{os.environ['PATH']}"

        def answer(command: str) -> Result:
            done = apart.run(
                ["bash", "-c", command],
                env={"PATH": path},
                capture_output=True,
                text=True,
                check=False,
            )
            return said(done.stdout, done.returncode, done.stderr)

        return answer

    return play


def test_services_of_a_manager(docker: Callable[[str], Answer]) -> None:
    verdict = published.ask(cluster({name: docker("nothing") for name in WANTED}))
    assert (verdict.state, verdict.problems) == ("passed", ())


@pytest.mark.parametrize("hangs", ["service ls", "service ps", "service inspect"])
def test_no_service_is_blamed_for_a_manager_that_hangs(
    docker: Callable[[str], Answer], hangs: str
) -> None:
    with pytest.raises(AskError, match="no answer within 8 s") as raised:
        published.ask(cluster({"pi8": docker(hangs)}))
    assert "update --force" not in raised.value.problem.remedy


def test_the_time_limit_is_roots() -> None:
    """An ordinary user's timeout may not end root's sudo, and so waits for it."""
    commands: list[str] = []

    def note(command: str) -> Result:
        commands.append(command)
        return said(LISTED if "node ls" in command else "[]")

    swarm_seen.nodes(cluster({"pi8": note}))
    published.ask(cluster({"pi8": note}))
    assert [one.count("sudo -n timeout 8 docker") for one in commands] == [1, 3]
    assert not any("timeout 8 sudo" in one for one in commands)


def service(name: str = "hello_web", replicas: int | None = None, **changes: Any) -> Service:
    """A service, on each node where there is no number."""
    kind = {"Global": {}} if replicas is None else {"Replicated": {"Replicas": replicas}}
    values = {"name": name, "kind": kind, "ports": (), "restart": "any"} | changes
    return Service.model_construct(**values)


AGENT = "portainer-agent_agent"


@pytest.mark.parametrize(
    ("one", "tasks", "wanted"),
    [
        (service(), ["pi8"], []),
        (service(), [], ["hello_web runs on no board"]),
        (service(AGENT), ["pi8", "pi4", "pi1a"], []),
        (service(AGENT), ["pi8", "pi1a"], [f"{AGENT} does not run on pi4"]),
        (service(replicas=2), ["pi8", "pi4"], []),
        (service(replicas=2), ["pi8"], ["hello_web runs 1 times, wanted: 2"]),
        (service(replicas=0), [], []),
        (service(replicas=1, restart="none"), [], []),
        (service(kind={"ReplicatedJob": {}}), [], []),
    ],
)
def test_tasks(one: Service, tasks: list[str], wanted: list[str]) -> None:
    slots = [runs(one.name, slot, board) for slot, board in enumerate(tasks)]
    problems = list(published.judge_tasks([one], slots, list(WANTED), []))
    assert [problem.reason for problem in problems] == wanted


def runs(service: str, slot: int, board: str) -> Task:
    """A task that is well."""
    return Task(f"{service}.{slot}", board, is_wanted=True, runs=True)


WEB = "hello_web"
SILENT = ["pi4"]


def starts(slot: int, board: str = "") -> Task:
    """A task of WEB on its way to a board, or one that none is found for."""
    return Task(f"{WEB}.{slot}", board, is_wanted=True, runs=False)


def was(slot: int, board: str) -> Task:
    """A task of WEB that another one came after."""
    return Task(f"{WEB}.{slot}", board, is_wanted=False, runs=False)


@pytest.mark.parametrize(
    ("one", "tasks"),
    [
        (service(replicas=2), [runs(WEB, 1, "pi8"), runs(WEB, 2, "pi4")]),
        (service(replicas=2), [runs(WEB, 1, "pi8"), starts(2, "pi1a"), was(2, "pi4")]),
        (service(replicas=1), [starts(1), was(1, "pi4"), was(1, "pi8")]),
        (service(replicas=1), [starts(1), starts(1), was(1, "pi4")]),
        (service(replicas=1), [starts(1)]),
        (service(replicas=1, constraints=("node.hostname == pi4",)), [starts(1)]),
        (service(replicas=1, constraints=("node.hostname!=pi8",)), [starts(1)]),
        (service(replicas=1, constraints=("node.labels.x==y",)), [starts(1)]),
        (service(), [was(0, "pi4")]),
    ],
)
def test_what_a_silent_board_may_account_for_is_not_missed(one: Service, tasks: list[Task]) -> None:
    assert list(published.judge_tasks([one], tasks, list(WANTED), SILENT)) == []


@pytest.mark.parametrize(
    ("one", "tasks", "wanted"),
    [
        (service(replicas=1), [], "runs 0 times, wanted: 1"),
        (service(replicas=1), [starts(1, "pi8"), was(1, "pi8")], "runs 0 times, wanted: 1"),
        (
            service(replicas=1),
            [starts(1, "pi8"), was(1, "pi1a"), was(1, "pi4")],
            "runs 0 times, wanted: 1",
        ),
        (service(replicas=1), [starts(1), was(1, "pi8")], "runs 0 times, wanted: 1"),
        (
            service(replicas=1, constraints=("node.hostname==pi8",)),
            [starts(1)],
            "runs 0 times, wanted: 1",
        ),
        (
            service(replicas=3),
            [runs(WEB, 1, "pi8"), runs(WEB, 2, "pi4"), starts(3, "pi8")],
            "runs 1 times, wanted: 3; pi4 may account for 1 of the missing",
        ),
        (service(), [], "runs on no board"),
        (
            service(),
            [runs(WEB, 0, "pi8"), starts(1, "pi1a"), was(1, "pi1a"), starts(2, "pi4")],
            "does not run on pi1a",
        ),
        (service(), [starts(0, "pi8"), was(1, "pi4")], "runs on no board"),
    ],
)
def test_what_a_silent_board_cannot_account_for_is_missed(
    one: Service, tasks: list[Task], wanted: str
) -> None:
    problems = list(published.judge_tasks([one], tasks, list(WANTED), SILENT))
    assert [problem.reason for problem in problems] == [f"{WEB} {wanted}"]


def test_a_drained_board_accounts_for_no_task_without_a_board() -> None:
    active = ["pi8", "pi1a"]
    assert list(published.judge_tasks([service(replicas=1)], [starts(1)], active, SILENT))


def test_the_agent_is_missed_only_where_a_board_answers() -> None:
    tasks = [runs(AGENT, 0, "pi8"), runs(AGENT, 1, "pi4")]
    assert list(published.judge_tasks([service(AGENT)], tasks, ["pi8", "pi4"], SILENT)) == []
    (problem,) = published.judge_tasks([service(AGENT)], tasks, list(WANTED), SILENT)
    assert problem.reason == f"{AGENT} does not run on pi1a"


def test_where_a_port_has_to_answer() -> None:
    host = Port.model_construct(protocol="tcp", number=8080, mode="host")
    mesh = Port.model_construct(protocol="tcp", number=80, mode="ingress")
    udp = Port.model_construct(protocol="udp", number=53, mode="host")
    services = [
        service("a", ports=(host, udp)),
        service("b", ports=(mesh,)),
        service("c", ports=(host,)),
    ]
    services.append(service("d", ports=(mesh,)))
    tasks = {"a": ["pi4", "pi9"], "b": ["pi8"], "d": ["pi9"]}
    assert published.places(services, tasks, ["pi8", "pi4"]) == {
        "a": [("pi4", 8080)],
        "b": [("pi8", 80), ("pi4", 80)],
    }


def test_a_port_that_does_not_answer() -> None:
    wanted = {"a": [("pi8", 80), ("pi4", 80)], "b": [("pi8", 81), ("pi4", 81)]}
    refusals = {("pi8", 80): "no answer", ("pi4", 80): "no answer", ("pi4", 81): "refused"}
    mesh, one = published.judge_ports(wanted, refusals)
    assert mesh.reason == "port 80 of a does not answer on pi8, pi4 (no answer)"
    assert "ip_vs" in mesh.remedy
    assert one.reason == "port 81 of b does not answer on pi4 (refused)"
    assert "ip_vs" not in one.remedy


def test_tasks_and_services_are_read() -> None:
    told = json.dumps(
        [{"Spec": {"Name": "a_b", "Mode": {"Replicated": {"Replicas": 2}}},
          "Endpoint": {"Ports": [{"PublishedPort": 80, "PublishMode": "host"}]}}],
    )  # fmt: skip
    lines = [
        "task|a_b.1|pi8|Running|Running 2 hours ago",
        "task|a_b.1|pi4|Shutdown|Running 2 hours ago",
        "task|a_b.2||Running|Pending 1 second ago",
        "task|a_b.3|pi4|Remove|Running 2 hours ago",
    ]
    (found,), tasks = published.parse("\n".join([*lines, told]))
    assert (found.name, found.replicas, found.ports[0].number) == ("a_b", 2, 80)
    assert tasks == [
        Task("a_b.1", "pi8", is_wanted=True, runs=True),
        Task("a_b.1", "pi4", is_wanted=False, runs=False),
        Task("a_b.2", "", is_wanted=True, runs=False),
    ]
    assert published.boards_of(tasks) == {"a_b": ["pi8"]}
    with pytest.raises(AskError):
        published.parse(f"{lines[0]}\nno JSON")


def test_answers_of_ports() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert published.refusal("127.0.0.1", port) is None, "it waits for a word"
    assert published.refusal("127.0.0.1", port) == "Connection refused"


@pytest.mark.parametrize(
    ("found", "silent", "wanted"),
    [
        (["pi8", "pi4", "pi1a"], [], []),
        (["pi8", "pi1a"], [], ["Portainer sees no agent on pi4"]),
        (["pi8", "pi1a"], ["pi4"], []),
        (["pi8", "pi4", "pi1a", "x"], [], ["Portainer sees agents on x, where none is planned"]),
    ],
)
def test_agents(found: list[str], silent: list[str], wanted: list[str]) -> None:
    problems = list(portainer.judge_agents(list(WANTED), found, silent))
    assert [problem.reason for problem in problems] == wanted


def test_another_version_of_portainer() -> None:
    assert list(portainer.judge_version("2.45.0", "2.45.0")) == []
    (problem,) = portainer.judge_version("2.39.0", "2.45.0")
    assert problem.reason == "Portainer is version 2.39.0, wanted: 2.45.0"
