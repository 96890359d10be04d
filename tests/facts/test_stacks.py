"""The stacks fact's command, with played docker and systemctl programs."""

import json
from pathlib import Path
from typing import Any

import pytest
from pyinfra.api.exceptions import FactProcessError

from facts.stacks import Stacks, parse_stacks
from picluster.plan.stack_found import StacksState
from tests.facts.shell import run, shows, tool

SECRET = "planted-in-environment"  # noqa: S105
SPEC: dict[str, Any] = {
    "Name": "hello_web",
    "Labels": {"a": "b", "org.picluster.spec": "s", "org.picluster.stack": "w", "z": "y"},
    "TaskTemplate": {
        "ContainerSpec": {"Image": "x", "Env": [f"A={SECRET}", 'B="org.picluster.stack":"w"']},
        "ForceUpdate": 0,
    },
    "Mode": {"Replicated": {"Replicas": 2}},
}
OBJECT = '{"id":"i","name":"%s","stack":"hello","digest":"d"}'


class Manager:
    """A manager whose docker program answers as told."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.tools = folder, folder / "bin"
        tool(self.tools, "systemctl", "exit 0")
        self.services: dict[str, str] = {}
        self.tasks = ""
        self.fails: str | None = None

    def service(self, spec: dict[str, Any] | None = None, **changes: Any) -> None:
        """A service; what docker prints of it is told by its template, line by line."""
        meaning = {
            "id": "one", "name": "hello_web", "mode": {"Replicated": {"Replicas": 2}},
            "labels": {"stack": "hello", "wish": "w", "spec": "s"},
            "update": None, "restart": None,
        } | changes  # fmt: skip
        lines = [f"m {json.dumps(meaning)}"]
        lines.append(f"s one {json.dumps(spec or SPEC, separators=(',', ':'))}")
        lines.append('t one "x"null["A=1"]0')
        self.services["one"] = "\n".join(lines)

    def look(self, *, tasks: bool = False) -> tuple[StacksState, str]:
        """The fact's value, and all that left the board."""
        (self.folder / "services").write_text("\n".join(self.services.values()))
        (self.folder / "tasks").write_text(self.tasks)
        cases = {
            "node ls": "echo n1 pi8",
            "service ls": f"echo {' '.join(self.services)}",
            "service inspect": f"cat {self.folder}/services",
            "service ps": "echo t1",
            "inspect --type": f"cat {self.folder}/tasks",
            "network ls": f"echo '{OBJECT % 'hello_n'}'",
            "config ls": f"echo '{OBJECT % 'hello_c_1'}'",
            "secret ls": "",
        }
        if self.fails is not None:
            cases[self.fails] = "echo 'Error: told why' >&2; exit 1"
        lines = [f'"{words}") {script} ;;' for words, script in cases.items()]
        tool(self.tools, "docker", "\n".join(['case "$1 $2" in', *lines, "*) exit 9 ;;", "esac"]))
        fact = Stacks()
        output = run(fact.command(tasks=tasks), tools=self.tools)
        return fact.process(output), "\n".join(output)


@pytest.fixture
def manager(tmp_path: Path) -> Manager:
    """A manager of a Swarm without services."""
    return Manager(tmp_path)


def test_no_services(manager: Manager) -> None:
    found, _ = manager.look(tasks=True)
    assert (found["services"], found["tasks"], found["secrets"]) == ([], [], [])
    assert [network["name"] for network in found["networks"]] == ["hello_n"]
    assert found["configs"] == [{"id": "i", "name": "hello_c_1", "stack": "hello", "digest": "d"}]


def test_a_service(manager: Manager) -> None:
    manager.service(update={"State": "paused"}, restart={"Condition": "on-failure"})
    found, output = manager.look()
    (service,) = found["services"]
    assert (service["name"], service["stack"]) == ("hello_web", "hello")
    assert (service["wish"], service["spec"]) == ("w", "s")
    assert (service["replicas"], service["update"], service["restarts"]) == (2, "paused", False)
    assert found["tasks"] is None
    assert not shows(SECRET, output)
    assert not shows(SECRET[3:], output)


@pytest.mark.parametrize(
    ("mode", "replicas", "restarts"),
    [
        ({"Global": {}}, None, True),
        ({"ReplicatedJob": {"TotalCompletions": 3}}, 3, False),
        ({"GlobalJob": {}}, None, False),
        ({"Replicated": {"Replicas": 0}}, 0, True),
    ],
)
def test_modes(manager: Manager, mode: Any, replicas: int | None, restarts: bool) -> None:
    manager.service(mode=mode)
    (service,) = manager.look()[0]["services"]
    assert (service["replicas"], service["restarts"]) == (replicas, restarts)


def _fingerprint(manager: Manager, **changes: Any) -> str:
    spec = json.loads(json.dumps(SPEC))
    for path, value in changes.items():
        *above, key = path.split("__")
        place = spec
        for part in above:
            place = place[part]
        if value is ...:
            del place[key]
        else:
            place[key] = value
    manager.service(spec)
    (service,) = manager.look()[0]["services"]
    assert len(service["fingerprint"]) == 64
    return service["fingerprint"]


SAME: list[dict[str, Any]] = [
    {"Labels": {"a": "b", "org.picluster.stack": "w", "z": "y"}},
    {"Labels": {"a": "b", "org.picluster.spec": "another", "z": "y"}},
    {"TaskTemplate__ForceUpdate": 7},
    {"New": None},
    {"New": {"A": {}, "B": [], "C": False, "D": 0, "E": ""}},
    {"TaskTemplate__ContainerSpec__Privileges": {"CredentialSpec": None, "NoNewPrivileges": False}},
]
OTHER: list[dict[str, Any]] = [
    {"Labels": {"a": "c", "org.picluster.stack": "w", "z": "y"}},
    {"Mode__Replicated__Replicas": 3},
    {"Mode__Replicated__Replicas": 0},
    {"TaskTemplate__ContainerSpec__Image": "y"},
    {"TaskTemplate__ContainerSpec__Env": [f"A={SECRET}", 'B="org.picluster.stack":"v"']},
    {"TaskTemplate__ContainerSpec__Env": [f"A={SECRET}"]},
    {"TaskTemplate__ContainerSpec__ReadOnly": True},
]


@pytest.mark.parametrize("changes", SAME, ids=str)
def test_what_is_no_change_of_a_service(manager: Manager, changes: dict[str, Any]) -> None:
    assert _fingerprint(manager, **changes) == _fingerprint(manager)


@pytest.mark.parametrize("changes", OTHER, ids=str)
def test_what_is_a_change_of_a_service(manager: Manager, changes: dict[str, Any]) -> None:
    assert _fingerprint(manager, **changes) != _fingerprint(manager)


def test_tasks(manager: Manager) -> None:
    manager.service()
    data = {
        "id": "t1", "service": "one", "slot": 2, "node": "n1", "desired": "shutdown",
        "state": "failed", "error": 'it\'s "x"', "container": {"ContainerID": "c", "ExitCode": 3},
    }  # fmt: skip
    manager.tasks = f'm {json.dumps(data)}\nt t1 "x"null["A=1"]0'
    found, _ = manager.look(tasks=True)
    assert found["tasks"] is not None
    (task,) = found["tasks"]
    assert (task["node"], task["slot"], task["error"]) == ("pi8", 2, 'it\'s "x"')
    assert (task["state"], task["desired"], task["exited"]) == ("failed", "shutdown", True)
    assert task["template"] == found["services"][0]["template"]


def test_a_task_without_a_node(manager: Manager) -> None:
    manager.service()
    data = {"id": "t1", "service": "one", "slot": 0, "node": "", "desired": "running"}
    data |= {"state": "pending", "error": "", "container": None}
    manager.tasks = f"m {json.dumps(data)}\nt t1 other"
    found, _ = manager.look(tasks=True)
    assert found["tasks"] is not None
    assert [(task["node"], task["exited"]) for task in found["tasks"]] == [("", False)]


@pytest.mark.parametrize("fails", ["service ls", "network ls", "config ls", "secret ls"])
def test_an_engine_that_does_not_tell(manager: Manager, fails: str) -> None:
    manager.fails = fails
    with pytest.raises(FactProcessError, match="docker: Error: told why"):
        manager.look()


def test_services_that_are_not_described(manager: Manager) -> None:
    manager.service()
    manager.fails = "service inspect"
    with pytest.raises(FactProcessError, match="does not describe"):
        manager.look()


def test_a_stopped_engine_is_not_asked(manager: Manager) -> None:
    """docker.socket would start it."""
    tool(manager.tools, "systemctl", "exit 3")
    manager.fails = "service ls"
    with pytest.raises(FactProcessError, match="engine does not run"):
        manager.look()


@pytest.mark.parametrize("tasks", ["1", 1, None])
def test_a_wrong_argument(tasks: Any) -> None:
    with pytest.raises(FactProcessError, match="write True or False"):
        parse_stacks(run(Stacks().command(tasks=tasks)))


def test_damaged_answers() -> None:
    for services in ("bm8=", "e30=", "W10="):  # no, {}, []
        output = [f"services={services}", "networks=", "configs=", "secrets="]
        with pytest.raises(FactProcessError):
            parse_stacks(output)
    with pytest.raises(FactProcessError, match="cut off"):
        parse_stacks(["services="])
