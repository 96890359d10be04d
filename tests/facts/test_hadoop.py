"""The facts of Hadoop's boards, run for real on files of a test's own."""

import http.server
import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from facts.daemons import Daemons
from facts.hadoop import HadoopBoard
from facts.hdfs import NameNode
from picluster.plan.hdfs_found import HadoopBoardState, NameNodeState
from tests.facts.shell import HOSTILE, on_root, run, tool, write

VERSION = "#Mon Nov 23\nnamespaceID=1\nclusterID=CID-1\ncTime=0\n"
LISTS: dict[str, str | bytes] = {
    "/etc/hadoop/nodes/dfs.hosts": "pi8\n",
    "/etc/hadoop/nodes/dfs.exclude": "",
}
STARTED = "/run/picluster/hdfs-namenode.service.started"


def board(root: Path, folder: str = "/var/lib/hadoop") -> HadoopBoardState:
    """What the fact says of the files below a root."""
    write(root, {"/proc/meminfo": "MemTotal:  927480 kB\nMemFree: 1 kB\n"})
    fact = HadoopBoard()
    return fact.process(run(on_root(fact.command(folder=folder), root)))


def paths(state: HadoopBoardState, root: Path) -> dict[str, tuple[bool, str | None, bool]]:
    """What of each folder counts."""
    return {
        s["path"].removeprefix(str(root)): (s["formatted"], s["cluster"], s["blocks"])
        for s in state["storages"]
    }


def test_a_blank_board(tmp_path: Path) -> None:
    state = board(tmp_path)
    assert state["storages"] == []
    assert state["memory_mb"] == 905
    assert state["free_mb"] > 0
    assert state["mount"].startswith("/")


def test_folders_that_are_empty_or_locked_are_no_data(tmp_path: Path) -> None:
    write(tmp_path, {"/var/lib/hadoop/namenode/in_use.lock": "1@pi8"})
    (tmp_path / "var/lib/hadoop/datanode/lost+found").mkdir(parents=True)
    assert board(tmp_path)["storages"] == []


def test_data_is_found_where_it_is_to_be_and_where_it_was(tmp_path: Path) -> None:
    old = tmp_path / "etc" / "old" / "datanode"
    site = f"<property><name>x</name><value>file://{old}</value></property>\n"
    write(
        tmp_path,
        {
            "/var/lib/hadoop/namenode/current/VERSION": VERSION,
            "/usr/ssd/hadoop/namenode/current/fsimage": "",
            "/etc/hadoop/datanode/hdfs-site.xml": site,
            "/etc/old/datanode/current/BP-1/current/finalized/subdir0/blk_1": "x",
        },
    )
    state = board(tmp_path, f"{tmp_path}/usr/ssd/hadoop".replace(str(tmp_path), ""))
    assert paths(state, tmp_path) == {
        "/var/lib/hadoop/namenode": (True, "CID-1", False),
        "/usr/ssd/hadoop/namenode": (False, None, False),
        "/etc/old/datanode": (False, None, True),
    }


def test_a_checksum_alone_is_no_block(tmp_path: Path) -> None:
    write(tmp_path, {"/var/lib/hadoop/datanode/current/VERSION": VERSION})
    write(tmp_path, {"/var/lib/hadoop/datanode/current/BP-1/blk_1.meta": ""})
    assert paths(board(tmp_path), tmp_path) == {"/var/lib/hadoop/datanode": (True, "CID-1", False)}


@pytest.mark.parametrize("value", [*HOSTILE, "", "relative", "/"])
def test_a_folder_that_is_no_absolute_path(value: str) -> None:
    (line,) = run(HadoopBoard().command(folder=value))
    assert line.startswith("refused=")


@pytest.mark.parametrize("value", [value for value in HOSTILE if "\n" not in value])
def test_hostile_folders(value: str, tmp_path: Path) -> None:
    place = f"/srv/{value}"
    write(tmp_path, {"/proc/meminfo": "MemTotal: 1024 kB\n"})
    write(tmp_path, {f"{place}/datanode/current/VERSION": VERSION})
    fact = HadoopBoard()
    command = on_root(fact.command(folder=place), tmp_path).replace("/srv/", f"{tmp_path}/srv/")
    state = fact.process(run(command))
    assert paths(state, tmp_path) == {f"{place}/datanode": (True, "CID-1", False)}


SHOWN = r"""printf 'ActiveState=active\nUnitFileState=enabled\nNeedDaemonReload=no\n'
printf 'InvocationID=a\nFragmentPath=/x\nDropInPaths=\n'"""
SHOW = f"""case "$*" in
*MainPID*) echo 42 ;;
*) {SHOWN} ;;
esac"""


@pytest.mark.parametrize(("target", "replaced"), [("java", False), ("java (deleted)", True)])
@pytest.mark.parametrize(
    ("states", "version"), [("installed installed ", 17), ("installed unpacked ", None)]
)
def test_daemons(
    tmp_path: Path, target: str, replaced: bool, states: str, version: int | None
) -> None:
    tools = tool(tmp_path / "tools", "systemctl", SHOW)
    tool(tools, "dpkg-query", f"printf '%s' '{states}'")
    tool(tools, "getent", "exit 2")
    tool(tools, "id", '[ "$3" = hdfs ] && echo hadoop users')
    (tmp_path / "run/systemd/system").mkdir(parents=True)
    (tmp_path / "proc/42").mkdir(parents=True)
    (tmp_path / "proc/42/exe").symlink_to(f"/usr/bin/{target}")
    (tmp_path / "proc/42/cmdline").write_text("java\0-cp\0/etc/hadoop/datanode\0DataNode\0")
    java = "/usr/lib/jvm/java-17-openjdk-arm64/bin/java"
    write(tmp_path, {java: ""})
    (tmp_path / java.lstrip("/")).chmod(0o755)
    (tmp_path / "usr/lib/jvm/default-java").symlink_to("java-17-openjdk-arm64")
    fact = Daemons()
    command = fact.command(units=["hdfs-datanode.service"], users=["hdfs", "yarn"])
    found = fact.process(run(on_root(command, tmp_path), tools=tools))
    assert found["units"]["hdfs-datanode.service"]["active"]
    assert found["units"]["hdfs-datanode.service"]["replaced"] is replaced
    assert found["accounts"] == {"hdfs": ["hadoop", "users"], "yarn": None}
    assert found["group"] is False
    assert found["java"] == version


SPOILT: dict[str, tuple[Callable[[Path], object], bool]] = {
    "nothing": (lambda jar: None, False),
    "cut off": (lambda jar: jar.write_text("sho"), True),
    "one gone": (lambda jar: jar.unlink(), True),
    "all gone": (lambda jar: shutil.rmtree(jar.parent), True),
    "one more": (lambda jar: jar.with_name("another.jar").touch(), True),
}


def test_class_paths_that_change_under_their_daemons(tmp_path: Path) -> None:
    """A daemon for each case; they are a second older than what is done to their class paths."""
    (tmp_path / "run/systemd/system").mkdir(parents=True)
    # A number for its process, and else a block for each.
    show = f"""case "$*" in
*MainPID*) echo "$5" | tr -dc 0-9 ;;
*) set -- {"x " * len(SPOILT)}
   for each; do {SHOWN}; echo; done ;;
esac"""
    tools = tool(tmp_path / "tools", "systemctl", show)
    jars = [tmp_path / f"hadoop {n}" / "lib" / "client.jar" for n in range(1, len(SPOILT) + 1)]
    for number, jar in enumerate(jars, start=1):
        jar.parent.mkdir(parents=True)
        path = f"java\0-cp\0{tmp_path}/conf:{jar.parent}/*\0Main\0"
        jar.write_text("whole")
        write(tmp_path, {f"/proc/{number}/cmdline": path})
    now = int(time.time())
    tool(tools, "ps", f"echo $(($(date +%s) - {now - 1}))")
    while time.time() < now + 2:
        time.sleep(0.05)
    for jar, (spoil, _) in zip(jars, SPOILT.values(), strict=True):
        spoil(jar)
    fact = Daemons()
    units = [f"case{number}.service" for number in range(1, len(SPOILT) + 1)]
    command = on_root(fact.command(units=units, users=["hdfs"]), tmp_path)
    found = fact.process(run(command, tools=tools))["units"]
    replaced = {case: found[unit]["replaced"] for case, unit in zip(SPOILT, units, strict=True)}
    assert replaced == {case: expected for case, (_, expected) in SPOILT.items()}


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_names(value: str) -> None:
    for arguments in (
        {"units": [value], "users": ["hdfs"]},
        {"units": ["a.service"], "users": [value]},
        {"units": ["a.service"], "users": ["hdfs"], "group": value},
    ):
        (line,) = run(Daemons().command(**arguments))
        assert line.startswith("refused=")


class Page(http.server.BaseHTTPRequestHandler):
    """A NameNode's page that sees no DataNode."""

    def do_GET(self) -> None:
        if self.path.startswith("/jmx?qry=Hadoop:service=NameNode,name=NameNodeInfo"):
            answer: Any = {"beans": [{"Safemode": "", "LiveNodes": "{}"}]}
        else:
            assert self.path.endswith("?op=GETFILESTATUS&user.name=hdfs")
            status = {"type": "DIRECTORY", "permission": "1777", "owner": "hdfs", "group": "g"}
            answer = {"FileStatus": status | {"group": self.path.split("?")[0]}}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    @override
    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture
def page() -> Iterator[str]:
    """Address and port of a played NameNode."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()


def namenode(root: Path, page: str, *directories: str, active: bool = True) -> NameNodeState:
    """What the fact says of a board whose unit runs."""
    (root / "run/systemd/system").mkdir(parents=True, exist_ok=True)
    show = f'case "$*" in *is-active*) exit {0 if active else 3} ;; *) echo inv ;; esac'
    tools = tool(root / "tools", "systemctl", show)
    fact = NameNode()
    command = fact.command(
        address="192.0.2.8",
        folder="/var/lib/hadoop/namenode",
        directories=directories or ("/",),
    )
    command = on_root(command.replace("192.0.2.8:9870", page), root)
    return fact.process(run(command, tools=tools))


def test_a_namenode_that_serves(tmp_path: Path, page: str) -> None:
    write(tmp_path, {"/var/lib/hadoop/namenode/current/VERSION": VERSION, **LISTS})
    state = namenode(tmp_path, page, "/", "/a b")
    assert (state["formatted"], state["active"], state["answers"]) == (True, True, True)
    assert state["include"] == ["pi8"]
    assert state["exclude"] == []
    assert {path: found and found["group"] for path, found in state["directories"].items()} == {
        "/": "/webhdfs/v1/",
        "/a b": "/webhdfs/v1/a%20b",
    }


def test_a_namenode_that_is_down(tmp_path: Path, page: str) -> None:
    state = namenode(tmp_path, page, active=False)
    assert (state["formatted"], state["active"], state["answers"]) == (False, False, False)
    assert state["include"] is None
    assert not state["unread"]


def test_lists_are_unread_until_it_was_told_of_what_they_hold(tmp_path: Path, page: str) -> None:
    write(tmp_path, LISTS)
    write(tmp_path, {STARTED: "inv d1"})
    assert not namenode(tmp_path, page)["unread"], "it read them when it started"
    path = tmp_path / "etc/hadoop/nodes/dfs.hosts"
    path.write_text("pi8\npi1\n")
    assert namenode(tmp_path, page)["unread"]
    digest = run("printf 'pi8\\npi1\\n' | sha256sum | cut -c 1-64")[0]
    told = "/run/picluster/hdfs-namenode.service.told"
    write(tmp_path, {told: f"inv {digest}\n"})
    assert not namenode(tmp_path, page)["unread"]
    write(tmp_path, {told: f"before {digest}\n"})
    assert namenode(tmp_path, page)["unread"], "an earlier start was told"


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_of_a_namenode(value: str) -> None:
    for arguments in (
        {"address": value, "folder": "/x"},
        {"address": "192.0.2.1", "folder": value},
        {"address": "192.0.2.1", "folder": "/x", "directories": [value]},
    ):
        (line,) = run(NameNode().command(**arguments))
        assert line.startswith("refused=")
