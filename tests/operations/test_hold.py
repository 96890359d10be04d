"""Nothing heavy is done on a board that must not have it now, and the reason is said."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from facts.boot import Boot
from facts.daemons import Daemons
from facts.docker import Engine
from facts.hadoop import HadoopBoard
from facts.packages import DebianPackages
from facts.system import System
from operations import boot, docker, hadoop, hdfs, packages, peers, service, spark
from operations.hdfs_found import Where
from tests.operations.board import call, known

HOLD = "it is undervolted now: take a stronger supply"
NAMES = "/var/lib/hadoop/namenode"
WISHED: dict[str, dict[str, Any]] = {
    "boot.reboot": {"arguments": ["x"], "settings": {}, "swap": "none"},
    "docker.install": {"packages": ["docker-ce"]},
    "docker.roll": {"packages": ["docker-ce"], "digest": "d2"},
    "hadoop.programs": {},
    "hdfs.format": {
        "namenode": Where("pi1", "192.0.2.1", NAMES),
        "folders": {"pi1": "/var/lib/hadoop"},
        "command": ["hdfs"],
    },
    "packages.debian": {"packages": ["docker-ce"]},
    "service.install": {"packages": ["docker-ce"]},
    "spark.packages": {"packages": ["python3"]},
}
OPERATIONS: dict[str, Any] = {
    "boot.reboot": boot.reboot,
    "docker.install": docker.install,
    "docker.roll": docker.roll,
    "hadoop.programs": hadoop.programs,
    "hdfs.format": hdfs.format,
    "packages.debian": packages.debian,
    "service.install": service.install,
    "spark.packages": spark.packages,
}


def found(*, wished: bool, engine: bool) -> Callable[..., Any]:
    """A board on which all is as wished, or nothing is.

    + engine: whether it has an engine that runs
    """
    settings: dict[str, Any] = {
        "started_with": "d2" if wished else "d1",
        "replaced": [],
        "legacy": [],
    }
    installed = {"docker-ce": "1" if wished or engine else None, "python3": "1" if wished else None}
    installed["default-jre-headless"] = None
    running = ["root=x", "x"] if wished else ["root=x"]
    return known(
        {
            Boot: {
                "arguments": ["root=x"],
                "running": running,
                "running_config": "",
                "config_path": None,
                "swaps": [],
            },
            Daemons: {
                "java": 17 if wished else None,
                "lacking": [],
                "missing": [] if wished else ["python3"],
            },
            DebianPackages: {"installed": installed, "interrupted": False, "policy_left": False},
            Engine: {"active": engine, "enabled": True, "needs_reload": False} | settings,
            System: {"swap_mechanism": "none"},
        }
    )


@pytest.fixture(autouse=True)
def boards(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What boards hold for HDFS."""
    state = {"storages": [], "free_mb": 9000, "mount": "/", "memory_mb": 900}
    monkeypatch.setattr(peers, "ask", lambda name, fact, **_: state if fact is HadoopBoard else {})
    return state


@pytest.mark.parametrize("executing", [False, True])
@pytest.mark.parametrize("name", WISHED)
def test_what_is_held_fails_with_the_reason(
    name: str, executing: bool, caplog: pytest.LogCaptureFixture
) -> None:
    board = found(wished=False, engine=name == "docker.roll")
    done = call(OPERATIONS[name], board, executing=executing, hold=HOLD, **WISHED[name])
    assert done.failed
    assert HOLD in caplog.text
    assert call(OPERATIONS[name], board, executing=executing, **WISHED[name]).commands


@pytest.mark.parametrize("executing", [False, True])
@pytest.mark.parametrize("name", WISHED)
def test_where_nothing_is_to_be_done_nothing_is_held(
    name: str, executing: bool, boards: dict[str, Any]
) -> None:
    boards["storages"] = [
        {"kind": "namenode", "path": NAMES, "formatted": True, "cluster": "C", "blocks": False}
    ]
    board = found(wished=True, engine=name == "docker.roll")
    done = call(OPERATIONS[name], board, executing=executing, hold=HOLD, **WISHED[name])
    assert done.noop, done
    assert not done.commands


@pytest.mark.parametrize("executing", [False, True])
def test_the_way_back_for_a_namenode_is_held_as_the_format_is(
    executing: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    wished: dict[str, Any] = {"namenode": Where("pi1", "192.0.2.1", NAMES), "source": "pi2"}
    wished |= {"path": "/var/lib/hadoop/secondarynamenode", "hold": HOLD}
    own = {"formatted": False}
    monkeypatch.setattr(hdfs, "namenode_of", lambda _: own)
    assert call(hdfs.restore, known({}), executing=executing, **wished).failed
    assert HOLD in caplog.text
    own["formatted"] = True
    assert call(hdfs.restore, known({}), executing=executing, **wished).noop


def test_the_difference_is_noted_before_it_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`picluster drift` names what is missing, and then the reason why it stays so."""
    notes: list[str] = []
    monkeypatch.setattr("operations.packages.note", lambda what, *_: notes.append(what))
    call(packages.debian, found(wished=False, engine=False), packages=["python3"], hold=HOLD)
    assert notes == ["package python3"]
