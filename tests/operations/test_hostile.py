"""Hostile values for every parameter that texts can come in by.

Each either reaches the board as one word (or as plain text in a file), or the operation refuses it:
then the host fails with a reason, and the run goes on with the others.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyinfra.api import StringCommand

from facts.boot import RUNNING_CONFIG
from facts.portainer import Portainer
from operations import (
    boot,
    docker,
    kernel,
    packages,
    portainer,
    service,
    swap,
    swarm,
    swarm_stack,
    system,
    tell,
    tree,
    verify,
)
from operations.portainer_access import Access
from picluster.plan.hidden import Hidden
from picluster.plan.tree import directory, file, link
from picluster.portainer.archive import ENCRYPTED
from tests.facts.shell import on_root
from tests.operations import hostile_hadoop
from tests.operations.board import Board
from tests.operations.hostile import (
    GROUP,
    PATHS,
    PRINTABLE,
    USER,
    VALUES,
    WORDS,
    Case,
    SameBoard,
    engine,
    engine_and,
    entry,
    file_named,
    word,
)
from tests.operations.introspection import text_parameters
from tests.unit.plan.swarms import inactive

ROOT_LINE = "console=tty1 root=PARTUUID=1-02 rootwait"
FILES: dict[str, str | bytes] = {
    "/boot/firmware/cmdline.txt": f"{ROOT_LINE}\n",
    "/boot/firmware/config.txt": "arm_64bit=1\n",
    RUNNING_CONFIG: "arm_64bit=1\n",
    "/proc/cmdline": f"{ROOT_LINE}\n",
    "/proc/swaps": "Filename\tType\tSize\tUsed\tPriority\n",
    "/proc/sys/kernel/random/boot_id": "1\n",
    "/proc/sys/kernel/panic": "0\n",
    "/proc/modules": "",
    "/proc/filesystems": "",
    "/etc/os-release": "ID=debian\nVERSION_CODENAME=bookworm\n",
    "/etc/hostname": "raspberrypi\n",
    "/etc/shadow": "secret\n",
    "/etc/timezone": "Etc/UTC\n",
    "/etc/cloud/cloud.cfg": "",
    "/usr/share/zoneinfo/Etc/UTC": "",
    "/usr/sbin/nothing": "",
    "/var/log/nothing": "",
}


def _in_kernel_line(value: str, board: Board) -> bool:
    return board.read("/boot/firmware/cmdline.txt") == f"{ROOT_LINE} {value}\n"


def _in_config(value: str, board: Board) -> bool:
    lines = board.read("/boot/firmware/config.txt").splitlines()
    return lines[0] == "arm_64bit=1" and f"key={value}" in lines


def _with(
    others: dict[str, Any],
) -> Callable[[Callable[[str], dict[str, Any]]], Callable[[str, Board], dict[str, Any]]]:
    """Makes arguments of one that is hostile and of others that are not."""
    return lambda make: lambda value, board: others | make(value)


_swarm = _with({"managers": ["pi1"], "address": "192.0.2.1", "address_pool": "10.77.0.0/16"})


def _portainer(
    make: Callable[[str], dict[str, Any]], **more: Any
) -> Callable[[str, Board], dict[str, Any]]:
    """Arguments for an operation of Portainer; a backup is there."""

    def arguments(value: str, board: Board) -> dict[str, Any]:
        (board.cwd.parent / "backup").write_bytes(ENCRYPTED)
        access = Access(
            address="192.0.2.1",
            authority=board.cwd.parent / "ca.pem",
            password=Hidden("x"),
            password_file="x",  # noqa: S106 - the name of its file
            setup_token=Hidden("x"),
            backup_password=Hidden("x"),
            keep=lambda: None,
        )
        made: dict[str, Any] = {"managers": ["pi1"], "server": "pi1", "access": access} | more
        if "file" in made:
            made["file"] = str(board.cwd.parent / made["file"])
        return made | make(value)

    return arguments


PORTAINER: dict[str, tuple[Any, dict[str, Any]]] = {
    "administrator": (portainer.administrator, {}),
    "agents": (portainer.agents, {}),
    "backup": (portainer.backup, {"version": "2.45.0", "folder": "backups"}),
    "environment": (portainer.environment, {"label": "home"}),
    "restore": (
        portainer.restore,
        {
            "file": "backup",
            "version": "2.45.0",
            "compose": Hidden("services: {server: {image: x}}"),
            "files": {},
            "key": Hidden("x"),
        },
    ),
}


def _for_portainer(name: str, parameter: str) -> "Case":
    operation, more = PORTAINER[name]
    return Case(operation, _portainer(lambda v: {parameter: v}, **more), VALUES)


_swarm_lost = _with({"managers": ["pi1"], "address": "192.0.2.1", "survivor": "pi1"})
_stack = _with({"managers": ["pi1"], "stack": "hello", "compose": "services: {a: {image: x}}"})
_node = _with({"managers": ["pi1"], "labels": {"pi.x": "1"}, "prefix": "pi."})

CASES = {
    ("boot.kernel_arguments", "arguments"): Case(
        boot.kernel_arguments, lambda v, b: {"arguments": [v]}, WORDS, _in_kernel_line
    ),
    ("boot.firmware_settings", "settings"): Case(
        boot.firmware_settings, lambda v, b: {"settings": {"key": v}}, PRINTABLE, _in_config
    ),
    ("boot.firmware_settings", "settings' keys"): Case(
        boot.firmware_settings, lambda v, b: {"settings": {v: "1"}}, ["-rf"]
    ),
    # No shell command: only the reason to reboot holds the value.
    ("boot.reboot", "arguments"): Case(
        boot.reboot, lambda v, b: {"arguments": [v], "settings": {}, "swap": "none"}, WORDS
    ),
    ("boot.reboot", "settings"): Case(
        boot.reboot, lambda v, b: {"arguments": [], "settings": {"k": v}, "swap": "none"}, PRINTABLE
    ),
    ("boot.reboot", "swap"): Case(
        boot.reboot, lambda v, b: {"arguments": [], "settings": {}, "swap": v}
    ),
    ("boot.reboot", "managers"): Case(
        boot.reboot,
        lambda v, b: {"arguments": ["x"], "settings": {}, "swap": "none", "managers": [v]},
        VALUES,
    ),
    # What is held is not done, and nothing but the host's failure says why.
    ("boot.reboot", "hold"): Case(
        boot.reboot, lambda v, b: {"arguments": ["x"], "settings": {}, "swap": "none", "hold": v}
    ),
    ("docker.install", "hold"): Case(
        docker.install, engine(lambda v: {"packages": ["nano"], "hold": v})
    ),
    # Without an engine that runs there is nothing to hold.
    ("docker.roll", "hold"): Case(
        docker.roll, engine(lambda v: {"packages": ["nano"], "hold": v}), VALUES
    ),
    ("packages.debian", "hold"): Case(
        packages.debian, lambda v, b: {"packages": ["nano"], "hold": v}
    ),
    ("service.install", "hold"): Case(
        service.install, lambda v, b: {"packages": ["nano"], "hold": v}
    ),
    ("docker.install", "packages"): Case(docker.install, engine(lambda v: {"packages": [v]})),
    ("docker.install", "conflicting"): Case(
        docker.install, engine(lambda v: {"packages": [], "conflicting": [v]})
    ),
    ("docker.install", "versions"): Case(
        docker.install,
        engine(lambda v: {"packages": ["bash"], "versions": {"bash": v}}),
        ["-rf", "*"],
        word("apt-get", "bash={}"),
    ),
    ("docker.install", "versions' keys"): Case(
        docker.install, engine(lambda v: {"packages": [v], "versions": {v: "1"}})
    ),
    # Without an engine that runs there is nothing to roll.
    ("docker.roll", "packages"): Case(docker.roll, engine(lambda v: {"packages": [v]})),
    ("docker.roll", "conflicting"): Case(
        docker.roll, engine(lambda v: {"packages": [], "conflicting": [v]})
    ),
    ("docker.roll", "versions"): Case(
        docker.roll,
        engine(lambda v: {"packages": ["bash"], "versions": {"bash": v}}),
        ["-rf", "*"],
    ),
    # No shell command: one is compared, the others are looked up among the hosts.
    ("docker.roll", "digest"): Case(
        docker.roll, engine(lambda v: {"packages": ["bash"], "digest": v}), VALUES
    ),
    ("docker.roll", "managers"): Case(
        docker.roll, engine(lambda v: {"packages": ["bash"], "managers": [v]}), VALUES
    ),
    ("docker.settings", "entries"): Case(
        docker.settings,
        engine_and(
            entry(lambda v, b: file(f"{b.cwd.parent}/tree/{v}", "content", user=USER, group=GROUP))
        ),
        PATHS,
        file_named,
    ),
    ("docker.settings", "absent"): Case(
        docker.settings,
        engine_and(lambda v, b: {"entries": [], "absent": [f"{b.cwd.parent}/tree/{v}"]}),
        PATHS,
    ),
    ("docker.settings", "manifest"): Case(
        docker.settings,
        engine_and(lambda v, b: {"entries": [], "manifest": f"{b.cwd.parent}/tree/{v}"}),
        PATHS,
    ),
    ("kernel.modules", "modules"): Case(kernel.modules, lambda v, b: {"modules": [v]}),
    ("kernel.sysctls", "values"): Case(
        kernel.sysctls,
        lambda v, b: {"values": {"kernel.panic": v}},
        [*PRINTABLE, "", " ", "\t"],
        word("sysctl", "kernel.panic={}"),
    ),
    ("kernel.sysctls", "values' keys"): Case(kernel.sysctls, lambda v, b: {"values": {v: "1"}}),
    ("packages.debian", "packages"): Case(packages.debian, lambda v, b: {"packages": [v]}),
    ("packages.debian", "absent"): Case(
        packages.debian, lambda v, b: {"packages": [], "absent": [v]}
    ),
    # No shell sees them: managers and the server are looked up among the hosts, the rest is for the
    # controller's own disk or for Portainer's API. Blank boards announce all but a backup.
    **{
        (f"portainer.{name}", "managers"): Case(
            operation, _portainer(lambda v: {"managers": [v]}, **more)
        )
        for name, (operation, more) in PORTAINER.items()
    },
    **{
        (f"portainer.{name}", "server"): Case(
            operation, _portainer(lambda v: {"server": v}, **more)
        )
        for name, (operation, more) in PORTAINER.items()
    },
    ("portainer.backup", "version"): _for_portainer("backup", "version"),
    ("portainer.backup", "folder"): _for_portainer("backup", "folder"),
    ("portainer.environment", "label"): _for_portainer("environment", "label"),
    ("portainer.restore", "file"): Case(
        portainer.restore, _portainer(lambda v: {"file": v}, **PORTAINER["restore"][1])
    ),
    ("portainer.restore", "version"): _for_portainer("restore", "version"),
    ("portainer.restore", "files"): Case(
        portainer.restore,
        _portainer(lambda v: {"files": {v: b""}}, **PORTAINER["restore"][1]),
        VALUES,
    ),
    ("service.install", "packages"): Case(service.install, lambda v, b: {"packages": [v]}),
    ("service.run", "units"): Case(
        service.run, engine(lambda v: {"units": {"x.service": v}}), VALUES
    ),
    ("service.run", "units' keys"): Case(service.run, engine(lambda v: {"units": {v: ""}})),
    ("service.run", "unwanted"): Case(
        service.run,
        engine(lambda v: {"units": {"x.service": ""}, "unwanted": [v]}),
        ["/etc/shadow"],
    ),
    ("service.settings", "entries"): Case(
        service.settings,
        engine_and(
            lambda v, b: {
                "entries": [file(f"{b.cwd.parent}/tree/{v}", "content", user=USER, group=GROUP)],
                "units": ["x.service"],
            }
        ),
        PATHS,
        file_named,
    ),
    ("service.settings", "units"): Case(
        service.settings, engine(lambda v: {"entries": [], "units": [v]})
    ),
    ("service.settings", "along"): Case(
        service.settings,
        engine(lambda v: {"entries": [], "units": ["x.service"], "along": [v]}),
    ),
    ("service.stop", "along"): Case(
        service.stop, engine(lambda v: {"units": ["x.service"], "files": [], "along": [v]})
    ),
    ("service.settings", "absent"): Case(
        service.settings,
        lambda v, b: {
            "entries": [],
            "units": ["x.service"],
            "absent": [f"{b.cwd.parent}/tree/{v}"],
            "present": False,
        },
        PATHS,
    ),
    ("service.stop", "units"): Case(service.stop, engine(lambda v: {"units": [v], "files": []})),
    # Only compared with what systemd tells.
    ("service.stop", "files"): Case(
        service.stop, engine(lambda v: {"units": ["x.service"], "files": [v]}), VALUES
    ),
    ("service.stop", "unwanted"): Case(
        service.stop,
        engine(lambda v: {"units": ["x.service"], "files": [], "unwanted": [v]}),
        ["/etc/shadow"],
    ),
    # What reaches a manager's shell of it is in test_swarm_hostile.py; here nobody has a Swarm.
    ("swarm.certificates", "managers"): Case(
        swarm.certificates, lambda v, b: {"managers": [v], "days": 1}
    ),
    ("swarm.create", "managers"): Case(swarm.create, _swarm(lambda v: {"managers": [v]})),
    ("swarm.create", "address"): Case(swarm.create, _swarm(lambda v: {"address": v})),
    ("swarm.create", "address_pool"): Case(swarm.create, _swarm(lambda v: {"address_pool": v})),
    ("swarm.demote", "managers"): Case(swarm.demote, lambda v, b: {"managers": [v]}),
    ("swarm.forget", "managers"): Case(
        swarm.forget, lambda v, b: {"managers": [v], "hostname": "pi1"}
    ),
    # Only compared with the names of nodes.
    ("swarm.forget", "hostname"): Case(
        swarm.forget, lambda v, b: {"managers": ["pi1"], "hostname": v}, VALUES
    ),
    ("swarm.join", "managers"): Case(
        swarm.join, lambda v, b: {"managers": [v], "address": "192.0.2.1"}
    ),
    ("swarm.join", "address"): Case(swarm.join, lambda v, b: {"managers": ["pi1"], "address": v}),
    ("swarm.node", "managers"): Case(swarm.node, _node(lambda v: {"managers": [v]})),
    ("swarm.node", "labels"): Case(
        swarm.node, _node(lambda v: {"labels": {"pi.x": v}}), [*PRINTABLE, "", " "]
    ),
    ("swarm.node", "labels' keys"): Case(
        swarm.node, _node(lambda v: {"labels": {f"pi.{v}": "1"}}), [*PRINTABLE, " "]
    ),
    ("swarm.node", "prefix"): Case(
        swarm.node, _node(lambda v: {"prefix": v, "labels": {}}), [*PRINTABLE, " "]
    ),
    ("swarm.node", "availability"): Case(swarm.node, _node(lambda v: {"availability": v})),
    ("swarm.promote", "managers"): Case(swarm.promote, lambda v, b: {"managers": [v]}),
    ("swarm_recovery.recover", "managers"): Case(
        swarm.recover, _swarm_lost(lambda v: {"managers": [v]})
    ),
    ("swarm_recovery.recover", "survivor"): Case(
        swarm.recover, _swarm_lost(lambda v: {"survivor": v})
    ),
    ("swarm_recovery.recover", "address"): Case(
        swarm.recover, _swarm_lost(lambda v: {"address": v})
    ),
    # What of it reaches a manager's shell or Docker is in test_swarm_stack_hostile.py.
    ("swarm_stack.stack", "managers"): Case(swarm_stack.stack, _stack(lambda v: {"managers": [v]})),
    ("swarm_stack.stack", "stack"): Case(swarm_stack.stack, _stack(lambda v: {"stack": v})),
    ("swarm_stack.stack", "compose"): Case(swarm_stack.stack, _stack(lambda v: {"compose": v})),
    ("swarm_stack.stack", "files"): Case(
        swarm_stack.stack, _stack(lambda v: {"files": {v: b""}}), VALUES
    ),
    # Digests are made with it, and nothing else.
    ("swarm_stack.stack", "key"): Case(swarm_stack.stack, _stack(lambda v: {"key": v}), VALUES),
    ("swap.mechanism", "wished"): Case(swap.mechanism, lambda v, b: {"wished": v}),
    ("system.hostname", "hostname"): Case(system.hostname, lambda v, b: {"hostname": v}),
    ("system.timezone", "timezone"): Case(system.timezone, lambda v, b: {"timezone": v}),
    # Empty is off.
    ("system.watchdog", "timeout"): Case(system.watchdog, lambda v, b: {"timeout": v}, [""]),
    ("tree.files", "entries"): Case(
        tree.files,
        entry(lambda v, b: file(f"{b.cwd.parent}/tree/{v}", "content", user=USER, group=GROUP)),
        PATHS,
        file_named,
    ),
    ("tree.files", "entries' contents"): Case(
        tree.files,
        entry(lambda v, b: file(f"{b.cwd.parent}/tree/x", v, user=USER, group=GROUP)),
        VALUES,
        lambda v, b: (b.cwd.parent / "tree" / "x").read_bytes() == v.encode(),
    ),
    ("tree.files", "entries' targets"): Case(
        tree.files,
        entry(lambda v, b: link(f"{b.cwd.parent}/tree/x", v)),
        [value for value in VALUES if value and "\0" not in value],
        lambda v, b: os.readlink(b.cwd.parent / "tree" / "x") == on_root(v, b.root),
    ),
    ("tree.files", "entries' modes"): Case(
        tree.files, entry(lambda v, b: file(f"{b.cwd.parent}/tree/x", "", mode=v))
    ),
    ("tree.files", "entries' users"): Case(
        tree.files, entry(lambda v, b: directory(f"{b.cwd.parent}/tree/x", user=v))
    ),
    ("tree.files", "entries' groups"): Case(
        tree.files, entry(lambda v, b: directory(f"{b.cwd.parent}/tree/x", group=v))
    ),
    ("tree.files", "absent"): Case(
        tree.files, lambda v, b: {"entries": [], "absent": [f"{b.cwd.parent}/tree/{v}"]}, PATHS
    ),
    ("tree.files", "manifest"): Case(
        tree.files,
        lambda v, b: {"entries": [], "manifest": f"{b.cwd.parent}/tree/{v}"},
        PATHS,
    ),
    # Only printed, without what is not printable.
    ("tell.pages", "rows"): Case(
        tell.pages, lambda v, b: {"rows": [[v, v, v]]}, VALUES, executing=True
    ),
    # A fact asks while the run executes; it fails the host, which has none of these names.
    ("verify.base", "hostname"): Case(
        verify.base, lambda v, b: {"hostname": v, "address": "192.0.2.1"}, executing=True
    ),
    ("verify.base", "address"): Case(
        verify.base, lambda v, b: {"hostname": "pi1", "address": v}, executing=True
    ),
    # Looked up among the hosts, when there is a Swarm.
    ("verify.portainer", "managers"): Case(
        verify.portainer, _portainer(lambda v: {"managers": [v]})
    ),
    ("verify.portainer", "server"): Case(
        verify.portainer, _portainer(lambda v: {"server": v}), VALUES
    ),
    ("verify.stacks", "managers"): Case(
        verify.stacks, lambda v, b: {"managers": [v], "names": ["hello"]}
    ),
    # Only compared with the names of stacks, when there is a Swarm.
    ("verify.stacks", "names"): Case(
        verify.stacks, lambda v, b: {"managers": ["pi1"], "names": [v]}, VALUES
    ),
    ("verify.swarm", "managers"): Case(verify.swarm, lambda v, b: {"managers": [v]}),
    **hostile_hadoop.CASES,
}


def test_every_parameter_has_a_case() -> None:
    missing = set(text_parameters()) - set(CASES)
    assert not missing, "write down how hostile values get in, and what becomes of them"


@pytest.fixture(autouse=True)
def other_boards(monkeypatch: pytest.MonkeyPatch) -> None:
    """What each board answers to those who ask for its Swarm, Portainer or Hadoop."""
    nothing = {
        "data": False, "broken_key": False, "path": "/var/lib/x", "listener": None, "holder": None,
        "service": None, "image": None,
    }  # fmt: skip
    answers = {Portainer: nothing, **hostile_hadoop.ANSWERS}
    monkeypatch.setattr(
        "operations.peers._ask", lambda _, fact, __: answers.get(fact) or inactive()
    )


@pytest.fixture
def board(tmp_path: Path) -> SameBoard:
    played = SameBoard(tmp_path, FILES)
    played.program("modprobe", "exit 1")
    played.program("systemctl", "echo 0")
    played.program("dpkg-query", "echo 'bash arm64 installed ok 5.2'")
    return played


@pytest.mark.parametrize("value", VALUES, ids=ascii)
@pytest.mark.parametrize("key", CASES, ids=lambda key: "-".join(key))
def test_hostile_values(
    key: tuple[str, str], value: str, board: SameBoard, caplog: pytest.LogCaptureFixture
) -> None:
    case = CASES[key]
    try:
        arguments = case.arguments(value, board)
    except ValueError:
        # An entry refuses itself where the deploy code makes it, before any board is touched.
        if value in case.accepted:
            raise
        return
    outcome = board.call(case.operation, executing=case.executing, **arguments)
    if value in case.accepted:
        assert not outcome.failed, caplog.text
        if any("\0" in text for text in outcome.texts):
            return  # no shell takes such a line, so nothing of it is run
        for command in outcome.commands:
            if isinstance(command, StringCommand):
                done = board.execute(command)
                assert done.returncode == 0, done
        if outcome.commands:
            assert case.shows(value, board)
    else:
        assert outcome.failed, outcome
        assert caplog.text or board.refusal, "a refusal has to say why"
    assert not list(board.cwd.iterdir()), "the value was run"
    assert board.read("/etc/shadow") == "secret\n"
