"""Hostile values for Hadoop's operations, and what the boards say that these ask.

Nothing of HDFS and YARN is there yet, but their servers answer: so what is wished is done.
"""

from collections import defaultdict
from collections.abc import Callable
from shlex import quote
from typing import Any
from urllib.parse import quote as in_url

from facts.daemons import Daemons
from facts.hadoop import HadoopBoard
from facts.hdfs import NameNode
from facts.spark import HistoryServer
from facts.yarn import ResourceManager
from facts.yarn_jobs import YarnJobs
from operations import artefact, daemon, hadoop, hdfs, hdfs_rest, spark, verify, yarn, yarn_jobs
from operations.hdfs_found import Where as NameNodeAt
from operations.yarn_found import Where as ResourceManagerAt
from picluster.artefacts import HADOOP
from picluster.plan.hdfs_directories import HdfsDirectory
from picluster.plan.tree import file
from tests.facts.shell import on_root, write
from tests.operations.board import Board
from tests.operations.hostile import (
    GROUP,
    PATHS,
    USER,
    VALUES,
    Case,
    SameBoard,
    engine,
    file_named,
    word,
)

UNIT = "hdfs-datanode.service"
NAMES = "/var/lib/hadoop/namenode"
ANSWERS: dict[Any, Any] = {
    HadoopBoard: {"storages": [], "free_mb": 9000, "mount": "/", "memory_mb": 900},
    HistoryServer: {"version": "4.3.0"},
    NameNode: {
        "formatted": False,
        "active": True,
        "answers": True,
        "safe_mode": "",
        "live": {},
        "missing_blocks": 0,
        "include": None,
        "exclude": None,
        "unread": False,
        "directories": defaultdict(lambda: None),
    },
    YarnJobs: {
        "active": True,
        "jobs": [{"id": "application_1_1", "name": "n", "user": "pi", "state": "RUNNING"}],
    },
    ResourceManager: {
        "active": True,
        "answers": True,
        "include": None,
        "exclude": None,
        "told": None,
        "nodes": {},
    },
}
NAMENODE: dict[str, Any] = {"namenode": NameNodeAt("pi1", "192.0.2.1", NAMES)}
MANAGER: dict[str, Any] = {"manager": ResourceManagerAt("pi1", "192.0.2.1")}
HISTORY: dict[str, Any] = {
    "history": "pi1",
    "page": "http://192.0.2.1:18080",
    "version": "4.3.0",
}
OFFER: dict[str, Any] = {
    "archive": HADOOP,
    "store": "/nowhere",
    "address": "192.0.2.1",
    "allowed": ["192.0.2.1"],
}

Arguments = Callable[[str, SameBoard], dict[str, Any]]


def _board(active: bool, make: Arguments) -> Arguments:
    """The same arguments on a board whose DataNode runs with other settings, or does not."""
    unit = {
        "active": active,
        "starting": False,
        "enabled": active,
        "needs_reload": False,
        "started_with": None,
        "files": [f"/etc/systemd/system/{UNIT}"],
        "replaced": False,
    }

    def having(value: str, board: SameBoard) -> dict[str, Any]:
        write(board.root, {"/proc/uptime": "1.0 1.0\n"})
        board.told[Daemons] = {"units": {UNIT: unit}}
        # What a daemon's page has to contain stands after a blank.
        texts = ['"Safemode" : ""', *(value.partition(" ")[2] for value in VALUES)]
        board.program("curl", f"printf '%s\\n' {' '.join(map(quote, texts))}")
        return make(value, board)

    return having


def _down(make: Callable[[str], dict[str, Any]], **others: Any) -> Arguments:
    return _board(False, lambda value, board: others | make(value))


def _outdated(make: Callable[[str], dict[str, Any]], **others: Any) -> Arguments:
    return _board(True, lambda value, board: others | make(value))


def _asked(value: str, board: Board) -> bool:
    """Whether the page that the value begins with was asked for."""
    return word("curl")(value.partition(" ")[0], board)


def _daemons(
    name: str, operation: Any, board: Callable[..., Arguments], others: dict[str, Any]
) -> dict[tuple[str, str], Case]:
    """Cases for the digests and the pages of units, whose names have to be known."""

    def made(
        make: Callable[[str], dict[str, Any]],
        accepted: list[str] = VALUES,
        shows: Callable[[str, Board], bool] = lambda value, board: True,
    ) -> Case:
        return Case(
            operation,
            board(make, **{"units": {UNIT: "d"}, "ready": {}} | others),
            accepted,
            shows,
        )

    return {
        # Only compared with what the daemon noted.
        (name, "units"): made(lambda v: {"units": {UNIT: v}}),
        (name, "units' keys"): made(lambda v: {"units": {v: "d"}}, []),
        (name, "ready"): made(lambda v: {"ready": {UNIT: v}}, VALUES, _asked),
        # Only compared with the names of units.
        (name, "ready's keys"): made(lambda v: {"ready": {v: "http://192.0.2.1/"}}),
    }


def _settings(value: str, board: Board) -> dict[str, Any]:
    path = f"{board.cwd.parent}/tree/{value}"
    return {"entries": [file(path, "content", user=USER, group=GROUP)], "units": [UNIT]}


def _formatting(make: Callable[[str], dict[str, Any]]) -> Arguments:
    """Arguments for `hdfs.format` on a board whose programs make the folders that they are told."""
    plain = NAMENODE | {"folders": {"pi1": "/var/lib/hadoop"}, "command": ["hdfs"]}

    def having(value: str, board: SameBoard) -> dict[str, Any]:
        names = on_root(NAMES, board.root)
        (board.root / "run/lock").mkdir(parents=True, exist_ok=True)
        board.program("install", f'for last do :; done; mkdir -p {names} "$last"')
        board.program("runuser", f"mkdir {names}.new/current")
        return plain | make(value)

    return having


def _refreshing(make: Callable[[str], dict[str, Any]]) -> Arguments:
    plain = {"datanodes": ["pi1"], "units": {UNIT: ""}, "command": ["hdfs"]}

    def having(value: str, board: SameBoard) -> dict[str, Any]:
        board.program("runuser")
        return make(value)

    return _board(True, lambda value, board: NAMENODE | plain | having(value, board))


def _running(make: Callable[[str], dict[str, Any]]) -> Arguments:
    """For operations that run a command of Hadoop's."""

    def having(value: str, board: SameBoard) -> dict[str, Any]:
        board.program("runuser")
        return make(value)

    return _board(True, lambda value, board: having(value, board))


def _directory(**hostile: str) -> dict[str, Any]:
    plain = {"path": "/x", "mode": "755", "owner": "hdfs", "group": "hadoop"}
    wished = (HdfsDirectory(**plain | hostile),)
    return {"namenode": NameNodeAt("pi1", "192.0.2.1", NAMES, wished), "wished": wished}


def _in_hdfs(form: str, safe: str = "") -> Callable[[str, Board], bool]:
    """Whether a value stands in an URL so that it is nothing but itself."""

    def shows(value: str, board: Board) -> bool:
        wished = form.format(in_url(value, safe=safe))
        return any(wished in call[-1] for call in board.calls() if call[0] == "curl")

    return shows


def _lacking(make: Callable[[str], dict[str, Any]]) -> Arguments:
    """The same arguments on a board without Java and Python."""

    def having(value: str, board: SameBoard) -> dict[str, Any]:
        board.told[Daemons] = {"java": None, "lacking": [], "missing": ["python3"]}
        return make(value)

    return having


CASES = {
    # What is held is not done, and nothing but the host's failure says why.
    ("hadoop.programs", "hold"): Case(hadoop.programs, _lacking(lambda v: {"hold": v})),
    ("hdfs.format", "hold"): Case(hdfs.format, _formatting(lambda v: {"hold": v})),
    ("spark.packages", "hold"): Case(
        spark.packages, _lacking(lambda v: {"packages": ["python3"], "hold": v})
    ),
    ("artefact.offer", "address"): Case(artefact.offer, lambda v, b: OFFER | {"address": v}),
    ("artefact.offer", "allowed"): Case(artefact.offer, lambda v, b: OFFER | {"allowed": [v]}),
    # A folder of the controller's own, which no shell sees.
    ("artefact.offer", "store"): Case(
        artefact.offer,
        engine(lambda v: OFFER | {"store": v, "present": False}),
        [value for value in VALUES if value],
    ),
    ("artefact.install", "source"): Case(
        artefact.install, lambda v, b: {"archive": HADOOP, "source": v}
    ),
    ("daemon.settings", "entries"): Case(
        daemon.settings, _board(False, _settings), PATHS, file_named
    ),
    ("daemon.settings", "absent"): Case(
        daemon.settings,
        _board(
            False,
            lambda v, b: {"entries": [], "units": [UNIT], "absent": [f"{b.cwd.parent}/tree/{v}"]},
        ),
        PATHS,
    ),
    ("daemon.settings", "units"): Case(
        daemon.settings, _down(lambda v: {"entries": [], "units": [v]})
    ),
    ("daemon.stop", "units"): Case(daemon.stop, _outdated(lambda v: {"units": [v]})),
    **_daemons("daemon.start", daemon.start, _down, {}),
    **_daemons("daemon.restart", daemon.restart, _outdated, {}),
    ("hdfs.lists", "datanodes"): Case(hdfs.lists, lambda v, b: NAMENODE | {"datanodes": [v]}),
    # Asked for by the fact alone, whose own tests have hostile folders; or looked up among hosts.
    ("hdfs.format", "folders"): Case(
        hdfs.format, _formatting(lambda v: {"folders": {"pi1": v}}), VALUES
    ),
    ("hdfs.format", "folders' keys"): Case(
        hdfs.format, _formatting(lambda v: {"folders": {"pi1": "/x", v: "/x"}}), VALUES
    ),
    ("hdfs.format", "command"): Case(
        hdfs.format, _formatting(lambda v: {"command": ["hdfs", v]}), VALUES, word("runuser")
    ),
    # What reaches the other board's shell is in test_hdfs_restoring.py.
    ("hdfs.restore", "source"): Case(
        hdfs.restore, lambda v, b: NAMENODE | {"source": v, "path": "/x"}, VALUES
    ),
    ("hdfs.restore", "path"): Case(
        hdfs.restore, lambda v, b: NAMENODE | {"source": "pi2", "path": v}, VALUES
    ),
    ("hdfs.restore", "hold"): Case(
        hdfs.restore, lambda v, b: NAMENODE | {"source": "pi2", "path": "/x", "hold": v}
    ),
    ("hdfs.refresh_nodes", "datanodes"): Case(
        hdfs.refresh_nodes, _refreshing(lambda v: {"datanodes": [v]})
    ),
    # Only compared with what the NameNode noted.
    ("hdfs.refresh_nodes", "units"): Case(
        hdfs.refresh_nodes, _refreshing(lambda v: {"units": {UNIT: v}}), VALUES
    ),
    ("hdfs.refresh_nodes", "units' keys"): Case(
        hdfs.refresh_nodes, _refreshing(lambda v: {"units": {v: "d"}})
    ),
    ("hdfs.refresh_nodes", "command"): Case(
        hdfs.refresh_nodes, _refreshing(lambda v: {"command": ["hdfs", v]}), VALUES, word("runuser")
    ),
    ("hdfs_rest.rest", "command"): Case(
        hdfs_rest.rest,
        _running(lambda v: NAMENODE | {"command": ["hdfs", v]}),
        VALUES,
        word("runuser"),
    ),
    ("yarn_jobs.end", "command"): Case(
        yarn_jobs.end,
        _running(lambda v: MANAGER | {"command": ["yarn", v]}),
        VALUES,
        word("runuser"),
    ),
    ("yarn_jobs.end", "accepted"): Case(
        yarn_jobs.end, _running(lambda v: MANAGER | {"command": ["yarn"], "accepted": [v]})
    ),
    ("hdfs.directories", "wished: path"): Case(
        hdfs.directories,
        _down(lambda v: _directory(path=f"/{v}")),
        VALUES,
        _in_hdfs("/webhdfs/v1/{}?op=MKDIRS&", safe="/"),
    ),
    ("hdfs.directories", "wished: mode"): Case(
        hdfs.directories,
        _down(lambda v: _directory(mode=v)),
        VALUES,
        _in_hdfs("?op=SETPERMISSION&permission={}&user.name="),
    ),
    ("hdfs.directories", "wished: owner"): Case(
        hdfs.directories,
        _down(lambda v: _directory(owner=v)),
        VALUES,
        _in_hdfs("?op=SETOWNER&owner={}&group=hadoop&"),
    ),
    ("hdfs.directories", "wished: group"): Case(
        hdfs.directories,
        _down(lambda v: _directory(group=v)),
        VALUES,
        _in_hdfs("?op=SETOWNER&owner=hdfs&group={}&user.name="),
    ),
    # What reaches the shell when it is this board's turn is what `daemon.restart` sends.
    **{
        key: Case(case.operation, case.arguments, case.accepted)
        for key, case in _daemons(
            "hdfs.roll", hdfs.roll, _outdated, NAMENODE | {"datanodes": {"pi1": "192.0.2.1"}}
        ).items()
    },
    # Looked up among those that the NameNode sees.
    ("hdfs.roll", "datanodes"): Case(
        hdfs.roll,
        _outdated(lambda v: NAMENODE | {"datanodes": {v: v}}, units={UNIT: "d"}, ready={}),
        VALUES,
    ),
    ("yarn.refresh_nodes", "nodes"): Case(
        yarn.refresh_nodes, lambda v, b: MANAGER | {"nodes": [v]}
    ),
    ("yarn.start_nodemanager", "node"): Case(
        yarn.start_nodemanager, _down(lambda v: MANAGER | {"node": v, "units": {UNIT: "d"}})
    ),
    **_daemons("yarn.start_nodemanager", yarn.start_nodemanager, _down, MANAGER | {"node": "pi1"}),
    # Looked up among those that the NameNode or the ResourceManager sees.
    ("verify.hdfs", "datanodes"): Case(
        verify.hdfs, lambda v, b: NAMENODE | {"datanodes": {v: v}}, VALUES, executing=True
    ),
    ("spark.packages", "packages"): Case(spark.packages, lambda v, b: {"packages": [v]}),
    # Compared with the host's own name alone.
    ("verify.spark", "history"): Case(
        verify.spark, lambda v, b: HISTORY | {"history": v}, VALUES, executing=True
    ),
    # Refused by the fact itself.
    ("verify.spark", "page"): Case(
        verify.spark, lambda v, b: HISTORY | {"page": v}, VALUES, executing=True
    ),
    # Compared with what the history server says.
    ("verify.spark", "version"): Case(
        verify.spark, lambda v, b: HISTORY | {"version": v}, executing=True
    ),
    ("verify.yarn", "node"): Case(
        verify.yarn, lambda v, b: MANAGER | {"node": v, "nodes": {}}, VALUES, executing=True
    ),
    ("verify.yarn", "nodes"): Case(
        verify.yarn, lambda v, b: MANAGER | {"node": "pi1", "nodes": {"pi1": [v, 4]}}
    ),
    ("verify.yarn", "nodes' keys"): Case(
        verify.yarn, lambda v, b: MANAGER | {"node": "pi1", "nodes": {v: [384, 4]}}
    ),
}
