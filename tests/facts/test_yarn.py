"""What a board's shell says of the ResourceManager: its unit, its lists, its pages."""

import json
from pathlib import Path
from typing import Any

import pytest
from pyinfra.api.exceptions import FactProcessError

from facts.yarn import ResourceManager
from picluster.plan.yarn import ManagerState
from tests.facts.shell import HOSTILE, run, tool, write
from tests.facts.systemd_board import ask, board_with_systemd

ARGUMENTS: dict[str, Any] = {
    "address": "192.0.2.1",
    "include": "/etc/hadoop/nodes/yarn.hosts",
    "exclude": "/etc/hadoop/nodes/yarn.exclude",
}
SYSTEMCTL = """case "$*" in
*is-active*) [ -e {root}/active ] ;;
*) if [ -e {root}/active ]; then echo ActiveState=active; else echo ActiveState=inactive; fi
   echo InvocationID=e355 ;;
esac"""
CURL = """echo "$*" >>{root}/calls
case "$*" in
*http://192.0.2.1:8088/ws/v1/cluster/info*) cat {root}/info ;;
*http://192.0.2.1:8088/ws/v1/cluster/nodes?states=*LOST*) cat {root}/nodes ;;
*) exit 7 ;;
esac"""
TOLD = "/run/picluster/yarn-nodes.told"


@pytest.fixture
def board(tmp_path: Path) -> Path:
    """A board without YARN."""
    root = board_with_systemd(tmp_path)
    tool(root / "bin", "systemctl", SYSTEMCTL.format(root=root))
    tool(root / "bin", "curl", CURL.format(root=root))
    return root


def _look(root: Path) -> ManagerState:
    state: ManagerState = ask(root, ResourceManager(), **ARGUMENTS)
    return state


def test_a_board_without(board: Path) -> None:
    assert _look(board) == {
        "active": False,
        "answers": False,
        "include": None,
        "exclude": None,
        "told": None,
        "nodes": {},
    }
    assert not (board / "calls").exists(), "a page of nobody was asked for"


def test_one_that_runs(board: Path) -> None:
    node = {"nodeHostName": "pi8", "state": "RUNNING", "totalResource": {"memory": 1, "vCores": 2}}
    write(
        board,
        {
            "/active": "",
            "/etc/hadoop/nodes/yarn.hosts": "pi8\n",
            "/etc/hadoop/nodes/yarn.exclude": "",
            TOLD: "e355 abc\n",
            "/info": json.dumps({"clusterInfo": {"haState": "ACTIVE"}}),
            "/nodes": json.dumps({"nodes": {"node": [node]}}),
        },
    )
    assert _look(board) == {
        "active": True,
        "answers": True,
        "include": ["pi8"],
        "exclude": [],
        "told": "abc",
        "nodes": {"pi8": {"state": "RUNNING", "memory_mb": 1, "vcores": 2, "health": ""}},
    }
    # A proxy of the board's owner is for the Internet.
    assert "--noproxy *" in (board / "calls").read_text()


def test_one_that_does_not_answer_yet(board: Path) -> None:
    write(board, {"/active": ""})
    found = _look(board)
    assert (found["active"], found["answers"], found["nodes"]) == (True, False, {})


@pytest.mark.parametrize("value", [*HOSTILE, "", "relative", "/a\0b", "/"])
@pytest.mark.parametrize("parameter", ["include", "exclude"])
def test_hostile_paths(parameter: str, value: str, board: Path) -> None:
    arguments = ARGUMENTS | {parameter: value}
    with pytest.raises(FactProcessError, match="is no absolute path"):
        ask(board, ResourceManager(), **arguments)


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_names_of_files_are_one_word(value: str, board: Path) -> None:
    ask(board, ResourceManager(), **ARGUMENTS | {"include": f"/nowhere/{value}"})
    assert not Path("owned").exists()


@pytest.mark.parametrize("value", [*HOSTILE, "", "1.2.3", "::1", None, 7])
def test_hostile_addresses(value: Any) -> None:
    fact = ResourceManager()
    with pytest.raises(FactProcessError, match="is no IPv4 address"):
        fact.process(run(fact.command(**ARGUMENTS | {"address": value})))


@pytest.mark.parametrize("value", [0, -1, 65536, "8088", True, None])
def test_hostile_ports(value: Any) -> None:
    fact = ResourceManager()
    with pytest.raises(FactProcessError, match="is no TCP port"):
        fact.process(run(fact.command(**ARGUMENTS, port=value)))
