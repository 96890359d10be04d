"""HDFS's operations, with boards and a NameNode that answer as told."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pyinfra.api import FunctionCommand
from pyinfra.context import ctx_host

from facts.daemons import Daemons
from facts.hadoop import HadoopBoard
from facts.hdfs import TOLD, NameNode
from operations import daemon_found, hdfs, hdfs_rolling, hdfs_scripts, peers, verify
from operations.hdfs_found import Where
from picluster.plan.hdfs_directories import HdfsDirectory
from tests.operations.board import Board, Outcome, PlayedHost, outcome_of, playing

ROOT = HdfsDirectory("/", "755", "hdfs", "hadoop")
LOGS = HdfsDirectory("/logs", "1777", "yarn", "hadoop")
NAMES = "/var/lib/hadoop/namenode"
AT = Where("pi8", "192.0.2.8", NAMES, (ROOT, LOGS))
DATANODES = {"pi8": "192.0.2.8", "pi1": "192.0.2.1"}
FOLDERS = dict.fromkeys(DATANODES, "/var/lib/hadoop")
NAMENODE, DATANODE = "hdfs-namenode.service", "hdfs-datanode.service"


class Played:
    """What boards say; the tests change it."""

    def __init__(self) -> None:
        self.boards: dict[str, Any] = {
            name: {"storages": [], "free_mb": 9000, "mount": "/", "memory_mb": 900}
            for name in DATANODES
        }
        self.namenode: Any = {
            "formatted": True,
            "active": True,
            "answers": True,
            "safe_mode": "",
            "live": {
                address: {"name": name, "admin_state": "In Service", "silent_seconds": 1}
                for name, address in DATANODES.items()
            },
            "missing_blocks": 0,
            "include": ["pi8", "pi1"],
            "exclude": [],
            "unread": False,
            "directories": {
                "/": {"mode": "755", "owner": "hdfs", "group": "hadoop"},
                "/logs": {"mode": "1777", "owner": "yarn", "group": "hadoop"},
            },
        }
        unit: Any = {
            "active": True,
            "starting": False,
            "enabled": True,
            "needs_reload": False,
            "replaced": False,
        }
        unit |= {"started_with": "d1", "files": []}
        self.units: Any = {NAMENODE: dict(unit), DATANODE: dict(unit)}
        self.asked: list[str] = []

    def ask(self, name: str, fact: Any, **_: Any) -> Any:
        """In place of `peers.ask`."""
        self.asked.append(name)
        if fact is NameNode:
            assert name == "pi8"
            return self.namenode
        assert fact is HadoopBoard
        return self.boards[name]

    def get_fact(self, fact: Any, **_: Any) -> Any:
        """Of any board."""
        assert fact is Daemons
        return {"units": self.units, "accounts": {}, "group": True, "java": 17, "lacking": []}

    def blank(self) -> None:
        """Nothing is there."""
        self.namenode |= {"formatted": False, "active": False, "answers": False}
        self.namenode |= {"include": None, "exclude": None, "live": {}, "directories": {}}
        for unit in self.units.values():
            unit |= {"active": False, "started_with": None}

    def call(
        self, operation: Any, name: str = "pi8", executing: bool = False, **arguments: Any
    ) -> Outcome:
        """What an operation of a host would do."""
        host = PlayedHost(self.get_fact, name=name)
        others = [PlayedHost(self.get_fact, name=other) for other in DATANODES if other != name]
        with playing(host, *others, executing=executing):
            return outcome_of(operation, host, **arguments)


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Iterator[Played]:
    """Two boards, of which the first has the NameNode; all is as wished."""
    boards = Played()
    monkeypatch.setattr(peers, "ask", boards.ask)
    yield boards
    hdfs_rolling._unwell.clear()


CALLS: list[tuple[Any, dict[str, Any]]] = [
    (hdfs.lists, {"datanodes": ["pi8", "pi1"]}),
    (hdfs.format, {"folders": FOLDERS, "command": ["hdfs", "namenode"]}),
    (
        hdfs.refresh_nodes,
        {"datanodes": ["pi8", "pi1"], "units": {NAMENODE: "d1"}, "command": ["hdfs"]},
    ),
    (hdfs.directories, {"wished": [ROOT, LOGS]}),
    (hdfs.restore, {"source": "pi1", "path": "/var/lib/hadoop/secondarynamenode"}),
    (hdfs.roll, {"datanodes": DATANODES, "units": {DATANODE: "d1"}, "ready": {}}),
    (verify.hdfs, {"datanodes": DATANODES}),
]
IDS = [operation._inner.__name__ for operation, _ in CALLS]


@pytest.mark.parametrize(("operation", "arguments"), CALLS, ids=IDS)
@pytest.mark.parametrize("executing", [False, True])
def test_nothing_is_done_where_all_is_as_wished(
    played: Played, operation: Any, arguments: dict[str, Any], executing: bool
) -> None:
    played.boards["pi8"]["storages"] = [
        {"kind": "namenode", "path": NAMES, "formatted": True, "cluster": "C", "blocks": False}
    ]
    for name in DATANODES:
        done = played.call(operation, name, executing, namenode=AT, **arguments)
        assert done.noop, f"{name}: {done}"
        assert done.commands == []


@pytest.mark.parametrize(("operation", "arguments"), CALLS[:5], ids=IDS[:5])
def test_a_board_without_the_namenode_asks_nobody(
    played: Played, operation: Any, arguments: dict[str, Any]
) -> None:
    assert played.call(operation, "pi1", namenode=AT, **arguments).noop
    assert played.asked == []


@pytest.mark.parametrize(("operation", "arguments"), CALLS[:5], ids=IDS[:5])
def test_a_board_that_does_not_tell_fails(
    played: Played, operation: Any, arguments: dict[str, Any]
) -> None:
    played.namenode, played.boards["pi8"] = None, None
    assert played.call(operation, namenode=AT, **arguments).failed


@pytest.mark.parametrize(("operation", "arguments"), CALLS[:4], ids=IDS[:4])
def test_on_blank_boards_what_is_to_come_is_announced(
    played: Played, operation: Any, arguments: dict[str, Any]
) -> None:
    played.blank()
    done = played.call(operation, namenode=AT, **arguments)
    # A NameNode that is started reads its lists by itself.
    assert bool(done.commands) is (operation is not hdfs.refresh_nodes)


def test_of_a_namenode_that_is_down_nothing_is_announced_about_directories(played: Played) -> None:
    played.namenode |= {"active": False, "answers": False, "directories": {}}
    asked: dict[str, Any] = {"namenode": AT, "wished": [ROOT, LOGS]}
    done = played.call(hdfs.directories, **asked)
    assert done.noop
    assert not done.unseen, "its unit has a difference"
    assert played.call(hdfs.directories, executing=True, **asked).failed


def test_a_namenode_that_runs_and_does_not_answer_is_told_of(played: Played) -> None:
    played.namenode |= {"answers": False, "directories": {}}
    done = played.call(hdfs.directories, namenode=AT, wished=[ROOT, LOGS])
    assert done.noop
    (row,) = done.unseen
    assert (row.what, row.behind) == ("directories in HDFS", ("pi8",))
    assert "journalctl -u hdfs-namenode" in row.why
    assert not played.call(hdfs.directories, namenode=AT, wished=[]).unseen


def test_directories_wait_for_a_namenode_that_loads_its_names(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = played.namenode["directories"] | {"/logs": None}
    played.namenode |= {"answers": False, "directories": {}}
    monkeypatch.setattr(
        "operations.hdfs_health.time.sleep",
        lambda _: played.namenode.update({"answers": True, "directories": loaded}),
    )
    asked: dict[str, Any] = {"namenode": AT, "wished": [ROOT, LOGS]}
    assert played.call(hdfs.directories, **asked).noop, "a preview does not wait"
    (script,) = played.call(hdfs.directories, executing=True, **asked).texts
    assert "/logs?op=MKDIRS" in script


def test_only_the_directories_that_differ_are_made(played: Played) -> None:
    played.namenode["directories"]["/logs"] = None
    (script,) = played.call(hdfs.directories, namenode=AT, wished=[ROOT, LOGS]).texts
    assert "/webhdfs/v1/logs?op=MKDIRS&permission=1777&user.name=hdfs" in script
    assert "/webhdfs/v1/logs?op=SETOWNER&owner=yarn&group=hadoop&user.name=hdfs" in script
    assert "/webhdfs/v1/?op=MKDIRS" not in script
    assert played.call(hdfs.directories, namenode=AT, wished=[ROOT]).noop
    other = HdfsDirectory("/x", "755", "a", "b")
    assert played.call(hdfs.directories, namenode=AT, wished=[other]).failed


def test_nothing_is_formatted_where_a_board_has_blocks_or_does_not_answer(played: Played) -> None:
    asked: dict[str, Any] = {"namenode": AT, "folders": FOLDERS, "command": ["hdfs"]}
    (script,) = played.call(hdfs.format, **asked).texts
    assert "-format -nonInteractive " in script
    assert "clusterid" not in script
    played.boards["pi1"]["storages"] = [
        {"kind": "datanode", "path": "/x", "formatted": True, "cluster": "CID-1", "blocks": True}
    ]
    for executing in (False, True):
        assert played.call(hdfs.format, executing=executing, **asked).failed
    (script,) = played.call(hdfs.format, accepted=True, **asked).texts
    assert "-clusterid CID-1" in script
    played.boards["pi1"] = None
    assert played.call(hdfs.format, **asked).failed
    assert played.call(hdfs.format, accepted=True, **asked).commands


def test_folders_must_name_this_host(played: Played) -> None:
    asked: dict[str, Any] = {"namenode": AT, "command": ["hdfs"]}
    assert played.call(hdfs.format, folders={"pi1": "/x"}, **asked).failed


def test_the_namenode_is_told_of_a_new_board(played: Played) -> None:
    asked: dict[str, Any] = {
        "namenode": AT,
        "datanodes": ["pi8", "pi1", "pi2"],
        "units": {NAMENODE: "d1"},
        "command": ["hdfs"],
    }
    (script,) = played.call(hdfs.lists, namenode=AT, datanodes=asked["datanodes"]).texts
    assert "printf '%s\\n' pi2 >>" in script
    # Before the list is written, and after it, and after a run that was cut off between.
    assert played.call(hdfs.refresh_nodes, **asked).commands
    played.namenode |= {"include": ["pi8", "pi1", "pi2"], "unread": True}
    assert played.call(hdfs.refresh_nodes, executing=True, **asked).commands
    played.units[NAMENODE]["started_with"] = "d2"
    assert played.call(hdfs.refresh_nodes, **asked).noop, "its restart reads them"


def test_the_namenode_is_told_of_each_list_that_is_written(played: Played) -> None:
    """Were it told only of what it has not read, the dry run could not know that it will be."""
    asked: dict[str, Any] = {"namenode": AT, "datanodes": list(DATANODES)}
    more: dict[str, Any] = {"units": {NAMENODE: "d1"}, "command": ["hdfs"]}
    played.namenode |= {"exclude": None}
    (script,) = played.call(hdfs.lists, **asked).texts
    assert script.startswith(f"rm -f -- {TOLD}\n")
    assert played.call(hdfs.refresh_nodes, **asked, **more).commands


def test_verification_looks_only_while_a_run_executes(played: Played) -> None:
    played.blank()
    assert played.call(verify.hdfs, namenode=AT, datanodes=DATANODES).noop


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("name", ["pi8", "pi1"])
def test_verification_fails_those_whom_the_namenode_does_not_see(played: Played, name: str) -> None:
    del played.namenode["live"]["192.0.2.1"]
    done = played.call(verify.hdfs, name, executing=True, namenode=AT, datanodes=DATANODES)
    assert done.failed is (name == "pi1")


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """No patience."""
    monkeypatch.setattr("operations.hdfs_health.WAIT_SECONDS", 0)
    monkeypatch.setattr("operations.hdfs_health.POLL_SECONDS", 0)
    monkeypatch.setattr("operations.hdfs_rolling.PATIENCE_SECONDS", 0)
    monkeypatch.setattr("operations.hdfs_rolling.POLL_SECONDS", 0)


def roll(played: Played, name: str) -> bool:
    """A step of one board, as a run does it."""
    arguments = {"datanodes": DATANODES, "units": {DATANODE: "d1"}, "ready": {}}
    done = played.call(hdfs.roll, name, executing=True, namenode=AT, **arguments)
    (command,) = done.commands
    assert isinstance(command, FunctionCommand)
    host: Any = PlayedHost(played.get_fact, name=name)
    with playing(host, executing=True):
        state: Any = SimpleNamespace()
        return bool(command.function(state, host, *command.args))


@pytest.fixture
def restarts(monkeypatch: pytest.MonkeyPatch, played: Played) -> list[str]:
    """Names of the boards whose DataNode was restarted."""
    played.units[DATANODE]["started_with"] = "d2"
    done: list[str] = []

    def run(host: Any, command: Any, **_: Any) -> tuple[bool, Any]:
        assert f"systemctl restart {DATANODE}" in command.get_raw_value()
        assert ctx_host.get().name == host.name
        done.append(host.name)
        return host.name != "broken", SimpleNamespace(stderr="it does not start")

    monkeypatch.setattr(peers, "run", run)
    monkeypatch.setattr(daemon_found, "forget", lambda: None)
    return done


@pytest.mark.usefixtures("hasty")
def test_datanodes_are_restarted_in_turn(played: Played, restarts: list[str]) -> None:
    assert roll(played, "pi8")
    assert roll(played, "pi1")
    assert restarts == ["pi8", "pi1"]


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    "changed", [{"live": {}}, {"missing_blocks": 1}, {"safe_mode": "on"}, {"answers": False}]
)
def test_none_is_taken_away_while_hdfs_cannot_spare_it(
    played: Played, restarts: list[str], changed: dict[str, Any]
) -> None:
    played.namenode |= changed
    assert not roll(played, "pi8")
    assert restarts == []


@pytest.mark.usefixtures("hasty")
def test_a_step_that_fails_is_the_last(
    played: Played, restarts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "run", lambda *_, **__: (False, SimpleNamespace(stderr="no")))
    assert not roll(played, "pi8")
    monkeypatch.undo()
    monkeypatch.setattr(peers, "ask", played.ask)
    assert not roll(played, "pi1")
    assert restarts == []


def _programs(folder: Path) -> Board:
    """A board whose hdfs formats the folder that it is told."""
    board = Board(folder)
    (board.root / "run/lock").mkdir(parents=True)
    board.program("runuser", 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"')
    board.program("chown")
    board.program(
        "hdfs",
        'for word do case "$word" in dfs.namenode.name.dir=file://*) '
        'mkdir "${word#*file://}/current" && echo clusterID=C >"${word#*file://}/current/VERSION";;'
        " esac; done",
    )
    # As an owner that this machine need not know.
    board.program("install", f'for last do :; done; mkdir -p {folder}/root{NAMES} "$last"')
    return board


def test_formatting_leaves_names_or_nothing(tmp_path: Path) -> None:
    board = _programs(tmp_path)
    names = board.root / NAMES.lstrip("/")
    command = hdfs_scripts.formatting(NAMES, ["hdfs", "namenode"], None)
    # Left by a run that was cut off in the middle.
    (names.parent / "namenode.new/current").mkdir(parents=True)
    assert board.execute(command).returncode == 0
    assert (names / "current/VERSION").read_text() == "clusterID=C\n"
    assert not (names.parent / "namenode.new").exists()
    assert board.execute(command).returncode == 1, "names are never overwritten"
    shutil.rmtree(names)
    board.program("hdfs", "echo 'no space left'; exit 1")
    done = board.execute(command)
    assert done.returncode == 1
    assert "no space left" in done.stderr
    assert not (names / "current").exists()


def test_formatting_waits_for_the_command_of_a_killed_run(tmp_path: Path) -> None:
    board = _programs(tmp_path)
    names = board.root / NAMES.lstrip("/")
    command = hdfs_scripts.formatting(NAMES, ["hdfs", "namenode"], None)
    went_on = tmp_path / "went-on"
    # The first one is in the middle of it until the second one waits.
    board.program("flock", f'[ "$1" = -n ] || touch {went_on}; exec /usr/bin/flock "$@"')
    board.program("sync", f"while [ ! -e {went_on} ]; do :; done")
    with ThreadPoolExecutor() as pool:
        first = pool.submit(board.execute, command)
        while not (names.parent / "namenode.new/current/VERSION").exists():
            assert not first.done(), first.result()
        second = board.execute(command)
    assert (first.result().returncode, second.returncode) == (0, 0)
    assert (names / "current/VERSION").read_text() == "clusterID=C\n"
    assert [call[0] for call in board.calls()].count("hdfs") == 1


def test_nobody_is_taken_off_a_list(tmp_path: Path) -> None:
    board = Board(tmp_path, {"/etc/hadoop/nodes/dfs.hosts": "pi8 # head\nguest"})
    lists = board.root / "etc/hadoop/nodes"
    assert board.execute(hdfs_scripts.listing(["pi1", "pi2"])).returncode == 0
    assert (lists / "dfs.hosts").read_text() == "pi8 # head\nguest\npi1\npi2\n"
    assert (lists / "dfs.exclude").read_text() == ""
    (lists / "dfs.exclude").write_text("pi2\n")
    assert board.execute(hdfs_scripts.listing([])).returncode == 0
    assert (lists / "dfs.exclude").read_text() == "pi2\n"
    shutil.rmtree(lists)
    assert board.execute(hdfs_scripts.listing(["pi1"])).returncode == 0
    assert (lists / "dfs.hosts").read_text() == "pi1\n"


def test_the_namenode_was_told_only_when_it_heard(tmp_path: Path) -> None:
    board = _programs(tmp_path)
    board.program("systemctl", "echo inv")
    told = board.root / TOLD.lstrip("/")
    board.program("hdfs", "exit 1")
    assert board.execute(hdfs_scripts.refreshing(["hdfs"])).returncode == 1
    assert not told.exists()
    board.program("hdfs")
    assert board.execute(hdfs_scripts.refreshing(["hdfs"])).returncode == 0
    assert told.read_text().startswith("inv ")
    assert ["hdfs", "dfsadmin", "-refreshNodes"] in board.calls()


def test_directories_wait_for_the_end_of_safe_mode(tmp_path: Path) -> None:
    board = Board(tmp_path, {"/proc/uptime": "1.0 1\n"})
    safe = board.root / "safe"
    safe.touch()
    board.program(
        "curl",
        f'case "$*" in *PUT*) [ ! -e {safe} ] ;; *) [ -e {safe} ] || '
        'echo \'"Safemode" : ""\' ;; esac',
    )
    board.program("sleep", f"rm -f {safe}")
    assert board.execute(hdfs_scripts.making("192.0.2.8", [LOGS])).returncode == 0
    puts = [call[-1].partition("op=")[2] for call in board.calls() if "PUT" in call]
    assert [put.partition("&")[0] for put in puts] == ["MKDIRS", "SETOWNER", "SETPERMISSION"]
    safe.touch()
    board.program("sleep", f"echo '999.0 1' >{board.root}/proc/uptime")
    done = board.execute(hdfs_scripts.making("192.0.2.8", [LOGS]))
    assert done.returncode == 1
    assert "safe mode still" in done.stderr


def test_a_change_that_hdfs_refuses_is_told(tmp_path: Path) -> None:
    board = Board(tmp_path, {"/proc/uptime": "1.0 1\n"})
    board.program(
        "curl",
        """case "$*" in *PUT*) echo 'AccessControlException'; exit 22 ;;
        *) echo '"Safemode" : ""' ;; esac""",
    )
    done = board.execute(hdfs_scripts.making("192.0.2.8", [LOGS]))
    assert done.returncode == 1
    assert "AccessControlException" in done.stderr
