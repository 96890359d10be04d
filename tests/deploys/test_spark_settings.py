"""Spark's files: who gets which, what makes the history server restart, and the commands."""

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deploys.hdfs import settings as hdfs
from deploys.spark import settings
from deploys.spark.commands import NAMES, command, path
from deploys.yarn import settings as yarn
from picluster.artefacts import Archive
from picluster.plan import spark_paths as paths
from picluster.plan.daemons import HEAP_MB, MEMORY_MAX_MB
from picluster.plan.hadoop_daemons import SPARKHISTORYSERVER
from picluster.plan.plan import Plan
from picluster.plan.tree import Entry
from tests.deploys.hadoop_boards import HEAD, SECOND, SMALL, changed, plan_of
from tests.facts import apart

ARCHIVE = Archive("spark", "4.3.0", "ab" * 32, 1)
OTHER = Archive("spark", "4.2.1", "cd" * 32, 1)
ROOT = Path(__file__).parents[2]


def files(plan: Plan, name: str, archive: Archive = ARCHIVE) -> dict[str, Entry]:
    entries = settings.files(plan, plan.node(name).node, archive)
    found = {entry.path: entry for entry in entries}
    assert len(found) == len(entries)
    return found


def history(plan: Plan) -> str:
    assert plan.spark is not None
    return plan.spark.history


def unit(plan: Plan, archive: Archive = ARCHIVE) -> list[str]:
    entry = files(plan, history(plan), archive)[SPARKHISTORYSERVER.unit_file]
    return entry.content.decode().splitlines()


def digest(plan: Plan, archive: Archive = ARCHIVE) -> str:
    entries = settings.files(plan, plan.node(history(plan)).node, archive)
    return settings.digests(entries)[SPARKHISTORYSERVER.unit]


def test_boards_without_room_for_a_container_of_spark_get_nothing() -> None:
    plan = plan_of()
    assert plan.spark is not None
    small = next(one for one in (SMALL, SECOND, HEAD) if one in plan.spark.nodes)
    without = replace(
        plan,
        spark=replace(plan.spark, nodes=tuple(n for n in plan.spark.nodes if n != small)),
    )
    assert files(plan, small)
    assert files(without, small) == {}


def test_without_spark_there_is_nothing() -> None:
    plan = plan_of(spark={"enabled": False})
    for one in plan.nodes:
        assert settings.files(plan, one.node, ARCHIVE) == []
    assert settings.directories(plan) == ()


def test_all_that_is_written_is_known_for_its_removal() -> None:
    plan = plan_of()
    written = {entry_path for one in plan.nodes for entry_path in files(plan, one.node.name)}
    assert written <= set(settings.PATHS)
    # What else is there are folders of ours alone.
    for left in set(settings.PATHS) - written:
        assert any(entry_path.startswith(f"{left}/") for entry_path in written)


def test_no_file_is_another_deploys_too() -> None:
    others = {*hdfs.PATHS, *yarn.PATHS}
    assert not others & set(settings.PATHS)


def test_one_board_has_the_history_server() -> None:
    plan = plan_of()
    having = [one.node.name for one in plan.nodes if settings.digests(_entries(plan, one))]
    assert having == [history(plan)]


def _entries(plan: Plan, planned: Any) -> list[Entry]:
    return settings.files(plan, planned.node, ARCHIVE)


def test_another_version_is_in_every_file_and_restarts_the_history_server() -> None:
    plan = plan_of()
    before, after = (files(plan, history(plan), archive) for archive in (ARCHIVE, OTHER))
    assert before.keys() == after.keys()
    for entry_path in (paths.DEFAULTS, paths.ENVIRONMENT, *map(path, NAMES)):
        assert ARCHIVE.folder_name.encode() in before[entry_path].content
        assert OTHER.folder_name.encode() in after[entry_path].content
    assert not any(
        re.search(rb"/opt/spark(?!-)", entry.content)
        for entry_path, entry in before.items()
        if entry_path != paths.JOB_RUNNER
    )
    assert digest(plan) != digest(plan, OTHER)


def test_another_size_of_executors_restarts_nobody() -> None:
    plan = plan_of()
    name = next(one.node.name for one in plan.nodes if one.node.name != history(plan))
    other = changed(plan, name, yarn_mb=plan.node(name).yarn_mb + 128)
    assert plan.spark is not None
    bigger = replace(other, spark=replace(plan.spark, max_executors=99))
    assert digest(plan) == digest(bigger)
    assert files(plan, name)[paths.DEFAULTS] != files(bigger, name)[paths.DEFAULTS]


def test_the_unit_of_the_history_server() -> None:
    plan = plan_of()
    lines = unit(plan)
    address = plan.node(history(plan)).node.address
    for line in (
        "User=spark",
        "Group=hadoop",
        # It ends where HDFS is not up yet.
        "Restart=on-failure",
        "StartLimitIntervalSec=0",
        f"Environment=SPARK_LOCAL_IP={address}",
        f"MemoryMax={MEMORY_MAX_MB['sparkhistoryserver']}M",
    ):
        assert line in lines
    (start,) = (line for line in lines if line.startswith("ExecStart="))
    assert f" -Xmx{HEAP_MB['sparkhistoryserver']}m " in start
    assert " -XX:MaxMetaspaceSize=128m " in start
    assert " -XX:ReservedCodeCacheSize=48m " in start
    class_path = start.split(" -cp ")[1].split()[0].split(":")
    # Never Hadoop's classes and Spark's together.
    assert class_path == [
        "/etc/hadoop/sparkhistoryserver",
        f"/opt/{ARCHIVE.folder_name}/jars/*",
    ]
    properties = f"{SPARKHISTORYSERVER.folder}/spark-defaults.conf"
    assert start.endswith(f" {SPARKHISTORYSERVER.main_class} --properties-file {properties}")
    assert properties in files(plan, history(plan))


def test_the_history_server_knows_where_hdfs_is() -> None:
    plan = plan_of()
    site = files(plan, history(plan))[f"{SPARKHISTORYSERVER.folder}/core-site.xml"]
    assert f"hdfs://{plan.only('namenode')}:8020".encode() in site.content


def test_jobs_of_all_users_write_what_the_history_server_reads() -> None:
    (events,) = settings.directories(plan_of())
    assert (events.path, events.mode, events.owner) == ("/spark-events", "1777", "spark")
    assert events.group == "hadoop"


# --- commands


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A tree whose commands tell how they were called."""
    (tmp_path / "bin").mkdir()
    for name in NAMES:
        program = tmp_path / "bin" / name
        program.write_text(
            '#!/bin/sh\nprintf "%s\\n" "$SPARK_HOME" "$SPARK_CONF_DIR" "$PYTHONPATH" "$@"\n'
        )
        program.chmod(0o755)
    return tmp_path


def run(name: str, home: Path, *words: str, **environment: str) -> list[str]:
    given = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = apart.run(
        ["sh", "-c", command(name, str(home)), name, *words],
        env=given | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize("name", NAMES)
def test_a_command_starts_that_of_its_version(name: str, home: Path) -> None:
    zipped = f"{home}/python/lib/pyspark.zip" if name == "pyspark" else ""
    assert run(name, home, "--x", "a b") == [str(home), "/etc/spark/conf", zipped, "--x", "a b"]


def test_the_shell_finds_its_modules_before_the_users(home: Path) -> None:
    found = run("pyspark", home, PYTHONPATH="/home/pi/lib")[2]
    assert found == f"{home}/python/lib/pyspark.zip:/home/pi/lib"


def test_other_settings_may_be_named(home: Path) -> None:
    assert run("spark-submit", home, SPARK_CONF_DIR="/home/pi/conf")[1] == "/home/pi/conf"


@pytest.mark.parametrize("name", NAMES)
def test_a_board_whose_tree_is_gone(name: str, tmp_path: Path) -> None:
    done = apart.run(
        ["sh", "-c", command(name, str(tmp_path)), name], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert f"{name}: there is no Spark in {tmp_path}" in done.stderr
    assert "pyinfra inventory.py deploys.spark.apply" in done.stderr


# --- the page


def test_the_page_names_every_setting_and_no_other() -> None:
    plan = plan_of()
    keys = {
        line.split()[0]
        for entry_path, entry in files(plan, history(plan)).items()
        if entry_path.endswith("/spark-defaults.conf")
        for line in entry.content.decode().splitlines()
        if not line.startswith("#")
    }
    page = (ROOT / "docs/spark-settings.md").read_text()
    named = re.findall(r"^\| `(spark[.][A-Za-z0-9._-]+)` \|", page, re.MULTILINE)
    assert sorted(named) == sorted(keys)


def test_the_page_names_every_variable_of_the_environment() -> None:
    text = files(plan_of(), HEAD)[paths.ENVIRONMENT].content.decode()
    exported = re.findall("^export ([A-Z_]+)=", text, re.MULTILINE)
    page = (ROOT / "docs/spark-settings.md").read_text()
    named = re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE)
    assert sorted(named) == sorted(exported)
