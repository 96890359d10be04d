"""What is to be done in HDFS."""

from typing import Any

import pytest

from picluster.plan.daemon_steps import reason_to_restart
from picluster.plan.hdfs_directories import HdfsDirectory
from picluster.plan.hdfs_found import NameNodeState
from picluster.plan.hdfs_steps import (
    SILENT_SECONDS,
    healthy,
    missing_names,
    reasons_against_restart,
    wrong_directories,
)

PLANNED = {"pi8": "192.0.2.8", "pi1": "192.0.2.1"}


def seen(silent: int = 1, **changes: Any) -> NameNodeState:
    """A NameNode that sees both DataNodes, one of them for the last time some seconds ago."""
    live = {
        address: {"name": name, "admin_state": "In Service", "silent_seconds": 0}
        for name, address in PLANNED.items()
    }
    live["192.0.2.1"]["silent_seconds"] = silent
    state: Any = {
        "formatted": True,
        "active": True,
        "answers": True,
        "safe_mode": "",
        "live": live,
        "missing_blocks": 0,
        "include": [],
        "exclude": [],
        "unread": False,
        "directories": {},
    }
    return state | changes  # type: ignore[no-any-return]


def test_directories_that_are_absent_or_another_s_are_made() -> None:
    root = HdfsDirectory("/", "755", "hdfs", "hadoop")
    logs = HdfsDirectory("/logs", "1777", "yarn", "hadoop")
    done: Any = {"mode": "755", "owner": "hdfs", "group": "hadoop"}
    assert wrong_directories([root], {"/": done}) == []
    assert wrong_directories([root, logs], {"/": done, "/logs": None}) == [logs]
    for key in ("mode", "owner", "group"):
        assert wrong_directories([root], {"/": done | {key: "x"}}) == [root]


@pytest.mark.parametrize(
    ("found", "missing"),
    [
        (None, ["pi8", "pi1"]),
        (["pi8", "pi1"], []),
        (["pi1 pi8 # both"], []),
        (["pi8", "# pi1", "guest"], ["pi1"]),
        (["pi10"], ["pi8", "pi1"]),
    ],
)
def test_who_has_to_be_added(found: list[str] | None, missing: list[str]) -> None:
    assert missing_names(PLANNED, found) == missing


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (None, "the NameNode does not answer"),
        (seen(answers=False), "the NameNode does not answer"),
        (seen(safe_mode="Safe mode is ON"), "HDFS is in safe mode: Safe mode is ON"),
        (seen(SILENT_SECONDS + 1), "does not see the DataNodes of pi1"),
        (seen(live={}), "does not see the DataNodes of pi1"),
        (seen(missing_blocks=2), "2 blocks of files are on no DataNode"),
    ],
)
def test_a_datanode_that_cannot_be_spared(state: NameNodeState | None, said: str) -> None:
    (reason,) = reasons_against_restart("pi8", PLANNED, state)
    assert said in reason


def test_a_datanode_that_can() -> None:
    assert reasons_against_restart("pi8", PLANNED, seen()) == []
    # What it is to be restarted for may be that it is silent.
    assert reasons_against_restart("pi1", PLANNED, seen(SILENT_SECONDS + 1)) == []


def test_whose_part_of_hdfs_is_well() -> None:
    silent = seen(SILENT_SECONDS + 1)
    assert healthy("pi8", PLANNED, silent) is None
    assert healthy("head", PLANNED, silent) is None
    assert "does not see its DataNode" in str(healthy("pi1", PLANNED, silent))
    assert "safe mode" in str(healthy("head", PLANNED, seen(safe_mode="on")))
    assert "does not answer" in str(healthy("pi8", PLANNED, None))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"started_with": "d2"}, "other settings"),
        ({"started_with": None}, "other settings"),
        ({"replaced": True}, "removed or replaced"),
        ({"active": False, "started_with": None, "replaced": False}, None),
        # systemd tries to start it, and has not come to its note, or has.
        ({"active": False, "starting": True, "started_with": None}, None),
        ({"active": False, "starting": True}, None),
        ({"active": False, "starting": True, "started_with": "d2"}, "other settings"),
    ],
)
def test_a_daemon_that_runs_with_something_else(
    changes: dict[str, Any], reason: str | None
) -> None:
    runs: Any = {"active": True, "starting": False, "started_with": "d1", "replaced": False}
    said = reason_to_restart("d1", runs | changes)
    assert (said is None) if reason is None else reason in str(said)
    assert reason_to_restart("", runs | {"started_with": "x"}) is None
