"""What HDFS and YARN have in common: units, notes at their start, racks, commands, the page."""

import os
import re
from pathlib import Path

import pytest

from deploys.hadoop.commands import COMMANDS, HDFS, MAPRED, YARN, Command, command
from deploys.hadoop.settings import template
from picluster.plan.daemons import HEAP_MB, MEMORY_MAX_MB
from picluster.plan.hadoop_daemons import HDFS_DAEMONS, USERS, YARN_DAEMONS, Daemon
from tests.deploys.hadoop_boards import HEAD, SECOND, digests, files, plan_of, unit
from tests.facts import apart
from tests.facts.shell import on_root, tool, write

DAEMONS = (*HDFS_DAEMONS, *YARN_DAEMONS)
ROOT = Path(__file__).parents[2]


def _holder(daemon: Daemon) -> str:
    return SECOND if daemon.role == "secondarynamenode" else HEAD


@pytest.mark.parametrize("daemon", DAEMONS, ids=lambda daemon: daemon.role)
def test_a_unit(daemon: Daemon) -> None:
    lines = unit(plan_of(), _holder(daemon), daemon.unit.removesuffix(".service"))
    for line in (
        "Type=exec",
        f"User={daemon.user}",
        "Group=hadoop",
        "Environment=MALLOC_ARENA_MAX=2",
        "SuccessExitStatus=143",
        "Restart=on-failure",
        "RestartSec=5",
        "StartLimitIntervalSec=0",
        "NoNewPrivileges=yes",
        "ProtectSystem=full",
        "Wants=network-online.target",
        "After=network-online.target time-sync.target",
    ):
        assert line in lines
    start = next(line for line in lines if line.startswith("ExecStart="))
    assert start.startswith("ExecStart=/usr/lib/jvm/default-java/bin/java ")
    assert f" -Xmx{HEAP_MB[daemon.role]}m " in start
    assert start.endswith(f" {daemon.main_class}")
    # Every daemon reads its own folder, and nobody else's.
    assert re.findall("/etc/hadoop/([a-z]*)", start) == [daemon.role]
    assert daemon.user in USERS
    limit = [line for line in lines if line.startswith("MemoryMax=")]
    wished = MEMORY_MAX_MB.get(daemon.role)
    assert limit == ([] if wished is None else [f"MemoryMax={wished}M"])


@pytest.mark.parametrize("daemon", DAEMONS, ids=lambda daemon: daemon.role)
def test_a_unit_asks_for_no_more_open_files_than_a_simulated_board_has(daemon: Daemon) -> None:
    # 20,000 there; systemd could not start what asks for more.
    lines = unit(plan_of(), _holder(daemon), daemon.unit.removesuffix(".service"))
    (limit,) = (line for line in lines if line.startswith("LimitNOFILE="))
    assert int(limit.partition("=")[2]) <= 20_000


@pytest.mark.parametrize("daemon", DAEMONS, ids=lambda daemon: daemon.role)
def test_without_its_disk_a_daemon_does_not_start(daemon: Daemon) -> None:
    plan = plan_of(storage="/srv/ssd")
    lines = unit(plan, _holder(daemon), daemon.unit.removesuffix(".service"))
    wished = daemon.role != "secondarynamenode"  # the second board has no disk
    assert ("AssertPathIsMountPoint=/srv/ssd" in lines) == wished
    assert ("RequiresMountsFor=/srv/ssd" in lines) == wished


@pytest.mark.parametrize("daemon", DAEMONS, ids=lambda daemon: daemon.role)
def test_a_unit_notes_the_digest(daemon: Daemon, tmp_path: Path) -> None:
    plan = plan_of()
    name = _holder(daemon)
    entries = files(plan, name)
    contents = {path: one.content for path, one in entries.items() if one.kind == "file"}
    root = write(tmp_path, dict(contents))
    text = contents[daemon.unit_file].decode()
    (line,) = re.findall(r"^ExecStartPre=-\+/bin/sh -c '(.*)'$", text, re.MULTILINE)
    script = on_root(line.replace("$$", "$").replace("%n", daemon.unit), root)
    environment = os.environ | {"INVOCATION_ID": "abc"}

    def noted() -> list[str]:
        apart.run(["sh", "-c", script], env=environment, check=True, timeout=60)
        return (root / f"run/picluster/{daemon.unit}.started").read_text().split()

    wished = digests(plan, name)[daemon.unit]
    assert noted() == ["abc", wished]
    for path in contents:
        if path.startswith(f"{daemon.folder}/") or path in {daemon.unit_file, *daemon.programs}:
            (root / path.lstrip("/")).write_bytes(contents[path] + b"# mine\n")
            assert noted()[1] != wished
            (root / path.lstrip("/")).write_bytes(contents[path])
    assert noted()[1] == wished


def test_the_rack_of_an_address(tmp_path: Path) -> None:
    plan = plan_of()
    entries = files(plan, HEAD)
    root = write(tmp_path, {"/etc/hadoop/nodes/racks": entries["/etc/hadoop/nodes/racks"].content})
    script = on_root(template("rack-of").decode(), root)

    def racks(*addresses: str) -> list[str]:
        words = ["sh", "-c", script, "rack-of", *addresses]
        return apart.run(words, capture_output=True, text=True, check=True).stdout.split()

    # As many lines as arguments, or Hadoop throws them all away.
    assert racks("10.0.0.1", "10.0.0.3", "10.0.0.99", "10.0.0.10") == [
        plan.node("n0").rack,
        plan.node("n2").rack,
        "/default-rack",
        "/default-rack",
    ]
    assert plan.node("n0").rack != plan.node("n2").rack
    (root / "etc/hadoop/nodes/racks").unlink()
    assert racks("10.0.0.1") == ["/default-rack"]


# --- commands


class Shell:
    """A board with the commands, and a java that tells how it was called."""

    def __init__(self, folder: Path) -> None:
        self.root = write(
            folder,
            {
                "/opt/hadoop/lib/x.jar": "",
                "/etc/hadoop/namenode/hdfs-site.xml": "",
                "/etc/hadoop/conf/core-site.xml": "",
                "/usr/lib/jvm/default-java/release": "",
            },
        )
        tool(folder / "usr/lib/jvm/default-java/bin", "java", 'printf "%s\\n" "$@"')

    def run(self, wished: Command, *words: str, **environment: str) -> tuple[int, list[str], str]:
        """Exit code, the arguments that java was given, what was said."""
        text = on_root(command(wished), self.root)
        script = text.replace("=/opt/hadoop", f"={self.root}/opt/hadoop")
        done = apart.run(
            ["sh", "-c", script, wished.name, *words],
            env=os.environ | environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.returncode, done.stdout.splitlines(), done.stderr


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.mark.parametrize(
    ("wished", "words", "called"),
    [
        (HDFS, ["dfs", "-ls", "/a b"], ["org.apache.hadoop.fs.FsShell", "-ls", "/a b"]),
        (YARN, ["jar", "x.jar", "pi"], ["org.apache.hadoop.util.RunJar", "x.jar", "pi"]),
        (
            YARN,
            ["application", "-list"],
            ["org.apache.hadoop.yarn.client.cli.ApplicationCLI", "application", "-list"],
        ),
        (YARN, ["node", "-list"], ["org.apache.hadoop.yarn.client.cli.NodeCLI", "-list"]),
        (MAPRED, ["job", "-list", "all"], ["org.apache.hadoop.mapred.JobClient", "-list", "all"]),
    ],
)
def test_a_word_starts_its_class(
    wished: Command, words: list[str], called: list[str], shell: Shell
) -> None:
    code, arguments, _ = shell.run(wished, *words)
    assert code == 0
    assert arguments[-len(called) :] == called
    path = arguments[arguments.index("-cp") + 1]
    assert path == f"{shell.root}/etc/hadoop/conf:{shell.root}/opt/hadoop/lib/*"


def test_a_daemons_other_task_reads_its_settings(shell: Shell) -> None:
    _, arguments, _ = shell.run(HDFS, "namenode", "-metadataVersion")
    path = arguments[arguments.index("-cp") + 1]
    assert path.startswith(f"{shell.root}/etc/hadoop/namenode:")
    assert arguments[-2:] == [
        "org.apache.hadoop.hdfs.server.namenode.NameNode",
        "-metadataVersion",
    ]


@pytest.mark.parametrize(
    ("wished", "words", "message"),
    [
        (HDFS, ["namenode"], "hdfs: namenode is a service here: systemctl status hdfs-namenode"),
        (HDFS, ["datanode", "-rollback"], "hdfs: this board is no datanode"),
        (YARN, ["nodemanager"], "systemctl status yarn-nodemanager"),
        (MAPRED, ["historyserver"], "systemctl status mapred-historyserver"),
        (HDFS, ["fs"], "hdfs: fs is no word of it; 'hdfs --help' lists them"),
        (YARN, [], "Usage: yarn WORD"),
    ],
)
def test_what_is_refused(wished: Command, words: list[str], message: str, shell: Shell) -> None:
    code, arguments, said = shell.run(wished, *words)
    assert (code, arguments) == (2, [])
    assert message in said


def test_a_board_without_hadoop(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "opt/hadoop/lib/x.jar").unlink()
    (tmp_path / "opt/hadoop/lib").rmdir()
    code, _, said = shell.run(HDFS, "dfs", "-ls")
    assert code == 2
    assert "there is no Hadoop" in said


@pytest.mark.parametrize("wished", COMMANDS, ids=lambda wished: wished.name)
def test_help_names_every_word(wished: Command, shell: Shell) -> None:
    code, lines, _ = shell.run(wished, "--help")
    assert code == 0
    assert {line.split()[0] for line in lines[1:]} == set(wished.words)


def test_the_callers_options_count_last(shell: Shell) -> None:
    _, arguments, _ = shell.run(HDFS, "dfs", "-ls", HADOOP_CLIENT_OPTS="-Xmx512m -Da=b")
    heaps = [word for word in arguments if word.startswith("-Xmx")]
    assert heaps == ["-Xmx128m", "-Xmx512m"]
    assert "-Da=b" in arguments


# --- the page


def test_the_page_names_every_setting_and_no_other() -> None:
    plan = plan_of()
    keys = {
        key
        for name in (HEAD, SECOND)
        for path, entry in files(plan, name).items()
        if path.endswith(".xml")
        for key in re.findall("<name>(.*?)</name>", entry.content.decode())
    }
    page = (ROOT / "docs/hadoop-settings.md").read_text()
    named = re.findall(r"^\| `([a-z][A-Za-z0-9.-]+)` \|", page, re.MULTILINE)
    assert sorted(named) == sorted(keys)
