"""What the system fact tells of user-data: whether it sets names, and nothing of its text."""

import base64
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError

import facts
from facts.answer import Answer
from facts.cloud_init import CLOUD_INIT_COMMAND, CloudInit, parse_cloud_init
from picluster.artefacts import HADOOP
from picluster.plan.user_data import sets_names, without_names
from tests.facts import apart
from tests.facts.shell import on_root, open_folder, run, shows, tool, write

USER_DATA = "/boot/firmware/user-data"
PLANTED = "$6$planted$Ue7PbqYcRzDvlRkYkqz0"
SETTINGS = f"#cloud-config\nhostname: x\nusers:\n- name: pi\n  passwd: {PLANTED}\n"

lines = st.sampled_from(
    "#cloud-config|#cloud-config |#cloud-config \r|#cloud-configs|# cloud-config|## template: jinja"
    "|## template:|#!/bin/sh|hostname: x|hostname : x|hostname\t:|hostname|fqdn:|fqdn\u2028: x"
    "|prefer_fqdn_over_hostname: true|manage_etc_hosts: true|manage_etc_hosts: false"
    "|manage_etc_hosts :\tfalse \t\r|manage_etc_hosts:false|manage_etc_hosts: False"
    "|manage_etc_hosts: false # no|manage_etc_hosts: falsely|manage_etc_hosts:|  hostname: x"
    "|hostname_file: x|users:|- name: \u00fc|  \u2028hostname: x|\r|\x0b|\x85hostname: x"
    "|".split("|")
)
heads = st.sampled_from(["", "#cloud-config\n", "#cloud-config\r\n", "## template: jinja\n"])
texts = st.tuples(
    heads, st.lists(lines, max_size=5), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans()
).map(lambda p: p[0] + p[2].join(p[1]) + (p[2] if p[3] else ""))


@pytest.fixture(scope="module")
def awk() -> list[str]:
    """The program that a board runs, taken out of the fact's command."""
    found = re.search(r"awk '([^']+)'", CLOUD_INIT_COMMAND)
    assert found
    return ["awk", found[1]]


def _board_says(awk: list[str], data: bytes) -> bool:
    done = apart.run(awk, input=data, capture_output=True, check=True, env={"LC_ALL": "C"})
    assert done.stdout in (b"0\n", b"1\n")
    return done.stdout == b"1\n"


@given(text=texts)
def test_board_and_controller_follow_one_rule(awk: list[str], text: str) -> None:
    assert _board_says(awk, text.encode()) is sets_names(text)
    assert not _board_says(awk, without_names(text).encode())


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", False),
        (b"#cloud-config", True),
        (b"#cloud-config\n# \xff\xfe\nhostname: x\n", True),
        (b"#cloud-config\n# \xff\xfe\nmanage_etc_hosts: false", False),
        (b"#!/bin/sh\nhostname: \xff\n", False),
    ],
)
def test_bytes_that_are_no_text(awk: list[str], data: bytes, expected: bool) -> None:
    assert _board_says(awk, data) is expected


def _look(root: Path, **how: Any) -> CloudInit:
    command = f"exec 2>/dev/null\n{CLOUD_INIT_COMMAND}"
    return parse_cloud_init(Answer(run(on_root(command, root), **how)))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, (None, False)),
        ("", (USER_DATA, False)),
        (SETTINGS, (USER_DATA, True)),
        (without_names(SETTINGS), (USER_DATA, False)),
    ],
)
def test_user_data(content: str | None, expected: tuple[Any, bool], tmp_path: Path) -> None:
    write(tmp_path, {"/etc/cloud/cloud.cfg": ""})
    if content is not None:
        write(tmp_path, {USER_DATA: content})
    found = _look(tmp_path)
    path, sets = found["user_data_path"], found["user_data_sets_names"]
    assert (path, sets) == expected


def test_unreadable_is_not_absent() -> None:
    with open_folder() as root:
        write(root, {USER_DATA: SETTINGS})
        for path in (USER_DATA, "/boot/firmware"):
            (root / path[1:]).chmod(0)
            with pytest.raises(FactProcessError, match="there, but cannot be read: try with sudo"):
                _look(root, unprivileged=True)
            (root / path[1:]).chmod(0o755)


ARGUMENTS: dict[str, dict[str, Any]] = {
    "Artefact": {"archives": {HADOOP.folder_name: HADOOP.sha256}},
    "BaseEffect": {"hostname": "pi1", "address": "192.0.2.1"},
    "BandNow": {"warm": 70, "hot": 75, "critical": 82, "hysteresis": 5},
    "Beginnings": {"paths": ["/etc/cloud/cloud.cfg"]},
    "Daemons": {"units": ["hdfs-namenode.service"], "users": ["hdfs"]},
    "DebianPackages": {"packages": ["bash"]},
    "DockerPreflight": {
        "source": "debian",
        "version": "29",
        "data_root": "/var/lib/docker",
        "digest": "0" * 64,
    },
    "HistoryServer": {"page": "http://192.0.2.1:18080"},
    "Kernel": {"modules": ["overlay"], "sysctls": ["kernel.panic"]},
    "NameNode": {"address": "192.0.2.1", "folder": "/var/lib/hadoop/namenode"},
    "Portainer": {"volume": "portainer_data", "port": 9443, "server": "portainer_server"},
    "Preflight": {"node": "pi1", "model": "3B+", "memory_mb": 1024, "releases": ["trixie"]},
    "ResourceManager": {
        "address": "192.0.2.1",
        "include": "/etc/hadoop/nodes/yarn.hosts",
        "exclude": "/etc/hadoop/nodes/yarn.exclude",
    },
    "Services": {"units": ["ssh.service"], "paths": ["/boot/firmware"]},
    "Tree": {"paths": [USER_DATA, "/boot/firmware"]},
    "Units": {"units": ["ssh.service"]},
    "YarnJobs": {"address": "192.0.2.1"},
}


def _all_facts() -> Iterator[type[FactBase[Any]]]:
    for module in pkgutil.walk_packages(facts.__path__, "facts."):
        loaded = importlib.import_module(module.name)
        for _, value in inspect.getmembers(loaded, inspect.isclass):
            if issubclass(value, FactBase) and value.__module__ == module.name:
                yield value


def test_the_search_for_secrets_finds_them() -> None:
    for shift in range(3):
        data = base64.b64encode(b"x" * shift + SETTINGS.encode()).decode()
        assert shows(PLANTED, f"user_data=:{data}\n")
    assert shows(PLANTED, SETTINGS)
    assert not shows(PLANTED, without_names(SETTINGS).replace("planted", "other"))


@pytest.mark.parametrize("fact", list(_all_facts()), ids=lambda fact: fact.__name__)
def test_no_fact_sends_a_password_hash(fact: type[FactBase[Any]], tmp_path: Path) -> None:
    """pyinfra prints a fact's output at -vvv."""
    write(tmp_path, {USER_DATA: SETTINGS, "/etc/cloud/cloud.cfg": "", "/proc/cmdline": "a=b\n"})
    made = fact()
    command = str(made.command(**ARGUMENTS.get(fact.__name__, {})))
    command = on_root(command, tmp_path).replace("'/boot/", f"'{tmp_path}/boot/")
    tools = tool(tmp_path / "bin", "systemctl", "echo 0")
    done = apart.run(
        ["sh", "-c", command],
        check=False,
        capture_output=True,
        env={"PATH": f"{tools}:/usr/sbin:/usr/bin:/sbin:/bin"},
        timeout=60,
    )
    output = (done.stdout + done.stderr).decode()
    assert output
    assert not shows(PLANTED, output)
    assert not shows(PLANTED[3:], output)
