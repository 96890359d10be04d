"""HDFS's files: what each daemon reads, and what makes it restart."""

from dataclasses import replace
from typing import Any

import pytest

from deploys.hdfs import settings
from picluster.artefacts import Archive
from tests.deploys.hadoop_boards import (
    ARCHIVE,
    HEAD,
    SECOND,
    SMALL,
    digests,
    files,
    plan_of,
    restarted,
    site,
    unit,
)


def test_each_board_gets_its_daemons_and_all_get_the_command() -> None:
    plan = plan_of()
    units = {
        name: set(settings.digests(list(files(plan, name).values())))
        for name in (HEAD, SECOND, SMALL)
    }
    assert units == {
        HEAD: {"hdfs-namenode.service", "hdfs-datanode.service"},
        SECOND: {"hdfs-secondarynamenode.service", "hdfs-datanode.service"},
        SMALL: {"hdfs-datanode.service"},
    }
    for name in (HEAD, SECOND, SMALL):
        assert files(plan, name)["/usr/local/bin/hdfs"].mode == "755"


def test_all_that_is_written_is_known_for_its_removal() -> None:
    plan = plan_of()
    for one in plan.nodes:
        for entry in settings.files(plan, one.node, ARCHIVE):
            # Data stays where it is.
            assert (entry.path in settings.PATHS) == (entry.kind == "file")
    assert not any(path.startswith("/var/lib") for path in settings.PATHS)


def test_without_hdfs_there_is_nothing() -> None:
    off = {"enabled": False}
    plan = plan_of(hdfs=off, yarn=off, spark=off)
    for one in plan.nodes:
        assert settings.files(plan, one.node, ARCHIVE) == []
    assert settings.directories(plan, "pi") == ()


def test_nothing_of_hdfs_listens_at_every_address() -> None:
    plan = plan_of()
    assert site(plan, HEAD, "namenode/core-site.xml")["fs.defaultFS"] == "hdfs://n0:8020"
    assert site(plan, HEAD, "namenode/hdfs-site.xml")["dfs.namenode.http-address"] == "n0:9870"
    second = site(plan, SECOND, "secondarynamenode/hdfs-site.xml")
    assert second["dfs.namenode.secondary.http-address"] == "n1:9868"
    datanode = site(plan, SMALL, "datanode/hdfs-site.xml")
    for key, port in (("address", 9866), ("http.address", 9864), ("ipc.address", 9867)):
        assert datanode[f"dfs.datanode.{key}"] == f"10.0.0.3:{port}"


def test_hdfs_calls_a_node_as_yarn_does() -> None:
    # YARN takes the first name of /etc/hosts and cannot be told another: no block would be local.
    plan = plan_of()
    assert "dfs.datanode.hostname" not in site(plan, SMALL, "datanode/hdfs-site.xml")


def test_safe_mode_ends_soon_after_the_last_block() -> None:
    found = site(plan_of(), HEAD, "namenode/hdfs-site.xml")
    assert found["dfs.namenode.safemode.extension"] == "3000"


def test_the_namenode_does_not_start_unformatted() -> None:
    condition = "ExecCondition=/usr/bin/test -f {}/namenode/current/VERSION"
    assert condition.format("/var/lib/hadoop") in unit(plan_of(), HEAD, "hdfs-namenode")
    other = plan_of(storage="/srv/ssd")
    assert condition.format("/srv/ssd/hadoop") in unit(other, HEAD, "hdfs-namenode")


def test_checkpoints_can_be_fetched() -> None:
    # With a filter that asks for a name, the SecondaryNameNode is answered 401.
    plan = plan_of()
    for name, role in ((HEAD, "namenode"), (SECOND, "secondarynamenode")):
        assert not any("http" in key for key in site(plan, name, f"{role}/core-site.xml"))
    heap = [
        word
        for name, role in ((HEAD, "namenode"), (SECOND, "secondarynamenode"))
        for line in unit(plan, name, f"hdfs-{role}")
        for word in line.split()
        if word.startswith("-Xmx")
    ]
    assert len(heap) == 2
    assert heap[0] == heap[1]


def test_lists_and_racks_are_in_no_digest() -> None:
    plan = plan_of()
    found = site(plan, HEAD, "namenode/hdfs-site.xml")
    assert found["dfs.hosts"] == "/etc/hadoop/nodes/dfs.hosts"
    assert found["dfs.hosts.exclude"] == "/etc/hadoop/nodes/dfs.exclude"
    assert not {found["dfs.hosts"], found["dfs.hosts.exclude"]} & set(files(plan, HEAD))
    moved = replace(plan, nodes=tuple(replace(one, rack="/elsewhere") for one in plan.nodes))
    assert (
        files(moved, HEAD)["/etc/hadoop/nodes/racks"]
        != files(plan, HEAD)["/etc/hadoop/nodes/racks"]
    )
    assert restarted(plan, moved) == set()


@pytest.mark.parametrize(
    ("change", "units"),
    [
        ({"replication": 2}, {"namenode", "nodemanager", "historyserver"}),
        ({"block_mb": 64}, {"namenode", "datanode", "nodemanager", "historyserver"}),
        ({"namenode_handlers": 99}, {"namenode"}),
        ({"datanode_handlers": 99}, {"datanode"}),
    ],
)
def test_only_who_reads_a_setting_restarts(change: dict[str, Any], units: set[str]) -> None:
    plan = plan_of()
    found = restarted(plan, replace(plan, **change))
    assert {unit.partition("-")[2].removesuffix(".service") for _, unit in found} == units


def test_another_version_restarts_all_and_a_running_daemon_never_sees_it() -> None:
    plan = plan_of()
    newer = Archive("hadoop", "3.5.1", "cd" * 32, 1)
    for name in (HEAD, SECOND, SMALL):
        before, after = digests(plan, name), digests(plan, name, newer)
        assert all(before[one] != after[one] for one in before)
        for path, entry in files(plan, name, newer).items():
            if path.endswith(".service"):
                start = next(
                    line
                    for line in entry.content.decode().splitlines()
                    if line.startswith("ExecStart=")
                )
                assert "/opt/hadoop-3.5.1-cdcdcdcdcdcd/lib/*" in start
                assert "/opt/hadoop/" not in start


def test_directories_of_hdfs() -> None:
    found = {one.path: one for one in settings.directories(plan_of(), "pi")}
    assert list(found) == ["/", "/tmp", "/user", "/user/pi"]
    assert found["/tmp"].mode == "1777"
    assert (found["/user/pi"].owner, found["/user/pi"].mode) == ("pi", "750")
