"""YARN's files: what each daemon and each job reads, and what makes a daemon restart."""

import pytest

from deploys.yarn import settings
from picluster.plan import hadoop_paths as paths
from picluster.plan.derating import derated, treatment
from picluster.plan.thermal import Band
from picluster.plan.thermal_section import Thermal
from tests.deploys.hadoop_boards import (
    ARCHIVE,
    HEAD,
    SECOND,
    SMALL,
    WATCHED,
    changed,
    files,
    plan_of,
    restarted,
    site,
    unit,
)

RESOURCEMANAGER = "resourcemanager/yarn-site.xml"
NODEMANAGER = "nodemanager/yarn-site.xml"


def test_another_memory_restarts_that_nodemanager_alone() -> None:
    plan = plan_of()
    for name in (HEAD, SMALL):
        memory = plan.node(name).yarn_mb
        assert memory > 0
        other = changed(plan, name, yarn_mb=memory + 128)
        assert restarted(plan, other) == {(name, "yarn-nodemanager.service")}


def test_another_board_restarts_nobody() -> None:
    before = plan_of({"model": "3B+", "memory_gb": 1})
    after = plan_of({"model": "3B+", "memory_gb": 1}, {"model": "3B+", "memory_gb": 1})
    assert restarted(before, after) == set()


@pytest.mark.parametrize(
    ("band", "memory", "vcores"), [("warm", 100, 100), ("hot", 50, 50), ("critical", 25, 25)]
)
def test_a_hot_board_offers_less_and_restarts_alone(band: Band, memory: int, vcores: int) -> None:
    plan = plan_of()
    hot = derated(plan, HEAD, treatment(band, WATCHED))
    found, before = site(hot, HEAD, NODEMANAGER), site(plan, HEAD, NODEMANAGER)
    for key, percent in (("memory-mb", memory), ("cpu-vcores", vcores)):
        setting = f"yarn.nodemanager.resource.{key}"
        most = int(before.pop(setting)) * percent / 100
        assert most - 128 < int(found.pop(setting)) <= most
    assert found == before
    wished = set() if band == "warm" else {(HEAD, "yarn-nodemanager.service")}
    assert restarted(plan, hot) == wished
    same = {path for path in files(plan, HEAD) if files(hot, HEAD)[path] != files(plan, HEAD)[path]}
    assert same == (set() if band == "warm" else {f"{paths.ETC}/{NODEMANAGER}"})
    for name in (SECOND, SMALL):
        assert files(hot, name) == files(plan, name)


def test_a_nodemanager_asks_a_script_about_heat_as_often_as_the_board_looks() -> None:
    plan = plan_of()
    watched = Thermal(interval_seconds=20)
    found = site(plan, SMALL, NODEMANAGER, watched)
    prefix = "yarn.nodemanager.health-checker"
    assert found[f"{prefix}.scripts"] == "thermal"
    script = files(plan, SMALL, thermal=watched)[found[f"{prefix}.thermal.path"]]
    # YARN asks as its own user, and takes a script that it cannot run for a healthy board.
    assert (script.path, script.mode) == (paths.THERMAL_HEALTH, "755")
    assert found[f"{prefix}.interval-ms"] == "20000"
    # A script that does not end in time makes the node unhealthy.
    assert int(found[f"{prefix}.timeout-ms"]) >= 30_000
    for reader in (RESOURCEMANAGER, "historyserver/yarn-site.xml", "conf/yarn-site.xml"):
        assert not [key for key in site(plan, HEAD, reader) if "health-checker" in key]


def test_without_bands_there_is_neither_script_nor_setting() -> None:
    plan, off = plan_of(), Thermal(enabled=False)
    found = site(plan, SMALL, NODEMANAGER, off)
    assert not [key for key in found if ".health-checker." in key and "disk" not in key]
    assert paths.THERMAL_HEALTH not in files(plan, SMALL, thermal=off)
    assert paths.THERMAL_HEALTH in settings.PATHS


def test_only_boards_with_a_nodemanager_have_the_script() -> None:
    plan = plan_of()
    one = plan.node(SECOND)
    roles = tuple(role for role in one.roles if role != "nodemanager")
    without = changed(plan, SECOND, roles=roles, yarn_mb=0, vcores=0)
    assert paths.THERMAL_HEALTH in files(plan, SECOND)
    assert paths.THERMAL_HEALTH not in files(without, SECOND)


def test_a_nodemanager_that_started_without_its_script_is_restarted() -> None:
    # It looks for the script when it starts, and never again.
    entries = settings.files(plan_of(), plan_of().node(SMALL).node, ARCHIVE, WATCHED)
    without = [entry for entry in entries if entry.path != paths.THERMAL_HEALTH]
    (unit_name,) = settings.digests(entries)
    assert settings.digests(entries)[unit_name] != settings.digests(without)[unit_name]
    (line,) = (
        line
        for line in unit(plan_of(), SMALL, "yarn-nodemanager")
        if line.startswith("ExecStartPre=")
    )
    assert f" {paths.THERMAL_HEALTH} |" in line


def test_all_that_is_written_is_known_for_its_removal() -> None:
    plan = plan_of()
    for one in plan.nodes:
        for entry in settings.files(plan, one.node, ARCHIVE, WATCHED):
            assert (entry.path in settings.PATHS) == (entry.kind == "file")


def test_without_yarn_there_is_nothing() -> None:
    plan = plan_of(yarn={"enabled": False}, spark={"enabled": False})
    for one in plan.nodes:
        assert settings.files(plan, one.node, ARCHIVE, WATCHED) == []
    assert settings.directories(plan) == ()


# --- traps that were met with the real daemons


def test_history_is_kept_where_an_ordinary_user_may_go() -> None:
    plan = plan_of()
    there = {one.path: one for one in settings.directories(plan)}
    for path in ("conf/mapred-site.xml", "historyserver/mapred-site.xml"):
        found = site(plan, HEAD, path)
        staging = found["yarn.app.mapreduce.am.staging-dir"]
        for key, mode in (("intermediate-done-dir", "1777"), ("done-dir", "770")):
            folder = found[f"mapreduce.jobhistory.{key}"]
            assert not folder.startswith(f"{staging}/")
            assert (there[folder].owner, there[folder].group) == ("mapred", "hadoop")
            assert there[folder].mode == mode
    assert there[site(plan, HEAD, NODEMANAGER)["yarn.nodemanager.remote-app-log-dir"]].mode == (
        "1777"
    )


def test_a_nodemanager_asks_again_after_three_seconds() -> None:
    found = site(plan_of(), SMALL, NODEMANAGER)
    assert found["yarn.resourcemanager.connect.retry-interval.ms"] == "3000"


def test_the_scheduler_has_a_queue() -> None:
    found = site(plan_of(), HEAD, "resourcemanager/capacity-scheduler.xml")
    assert found["yarn.scheduler.capacity.root.queues"] == "default"
    assert found["yarn.scheduler.capacity.root.default.capacity"] == "100"
    assert found["yarn.scheduler.capacity.resource-calculator"].endswith(
        ".DominantResourceCalculator"
    )


def test_a_small_nodemanager_is_not_refused_by_the_resourcemanager() -> None:
    plan = plan_of()
    found = site(plan, HEAD, RESOURCEMANAGER)
    assert int(found["yarn.scheduler.minimum-allocation-mb"]) <= plan.node(SMALL).yarn_mb
    largest = max(one.yarn_mb for one in plan.nodes)
    assert int(found["yarn.scheduler.maximum-allocation-mb"]) >= largest


def test_the_pages_of_hdfs_and_yarn_never_meet() -> None:
    plan = plan_of()
    for name, daemon, is_hdfs in (
        (HEAD, "hdfs-namenode", True),
        (SECOND, "hdfs-secondarynamenode", True),
        (HEAD, "hdfs-datanode", True),
        (HEAD, "yarn-resourcemanager", False),
        (HEAD, "yarn-nodemanager", False),
        (HEAD, "mapred-historyserver", False),
    ):
        start = next(line for line in unit(plan, name, daemon) if line.startswith("ExecStart="))
        assert ("/hdfs-ui:" in start) == is_hdfs


def test_a_restarted_nodemanager_finds_its_containers() -> None:
    plan = plan_of(storage="/srv/ssd")
    lines = unit(plan, HEAD, "yarn-nodemanager")
    assert "KillMode=process" in lines
    # Containers live in its control group, and share its /tmp.
    assert not any(line.startswith(("MemoryMax", "MemoryHigh", "PrivateTmp")) for line in lines)
    found = site(plan, HEAD, NODEMANAGER)
    assert found["yarn.nodemanager.recovery.enabled"] == "true"
    assert found["yarn.nodemanager.recovery.supervised"] == "true"
    assert found["yarn.nodemanager.recovery.dir"] == "/srv/ssd/hadoop/nodemanager/recovery"
    assert found["yarn.nodemanager.address"].endswith(":8041")


def test_containers_get_what_they_need_of_the_nodemanager() -> None:
    plan = plan_of()
    allowed = site(plan, SMALL, NODEMANAGER)["yarn.nodemanager.env-whitelist"].split(",")
    given = dict(
        line.removeprefix("Environment=").split("=", 1)
        for line in unit(plan, SMALL, "yarn-nodemanager")
        if line.startswith("Environment=")
    )
    assert set(given) <= set(allowed)
    assert given["MALLOC_ARENA_MAX"] == "2"
    # They start later than it, perhaps after an upgrade, and read what commands read.
    assert (given["HADOOP_HOME"], given["HADOOP_CONF_DIR"]) == ("/opt/hadoop", "/etc/hadoop/conf")


def test_a_task_fits_its_container_and_the_smallest_board() -> None:
    plan = plan_of()
    found = site(plan, SMALL, "conf/mapred-site.xml")
    sizes = [
        (found["mapreduce.map.memory.mb"], found["mapreduce.map.java.opts"]),
        (found["mapreduce.reduce.memory.mb"], found["mapreduce.reduce.java.opts"]),
        (found["yarn.app.mapreduce.am.resource.mb"], found["yarn.app.mapreduce.am.command-opts"]),
    ]
    for container, options in sizes:
        assert int(container) <= plan.node(SMALL).yarn_mb
        assert "-Xmx128m" in options
        assert int(container) >= 2 * 128
    assert int(found["mapreduce.task.io.sort.mb"]) < 128 / 2


def test_what_was_found_to_protect() -> None:
    plan = plan_of()
    found = site(plan, HEAD, RESOURCEMANAGER)
    assert found["yarn.webapp.enable-rest-app-submissions"] == "false"
    assert found["yarn.resourcemanager.webapp.ui-actions.enabled"] == "false"
    for path in (RESOURCEMANAGER, NODEMANAGER, "historyserver/yarn-site.xml"):
        assert site(plan, HEAD, path)["yarn.acl.enable"] == "true"
        assert "*" not in site(plan, HEAD, path)["yarn.admin.acl"]
    for role in ("resourcemanager", "nodemanager", "historyserver"):
        core = site(plan, HEAD, f"{role}/core-site.xml")
        assert core["hadoop.security.authorization"] == "true"
    assert site(plan, SMALL, NODEMANAGER)["yarn.nodemanager.vmem-check-enabled"] == "false"


@pytest.mark.parametrize("key", ["address", "webapp.address", "admin.address"])
def test_the_history_server_listens_at_the_boards_address(key: str) -> None:
    found = site(plan_of(), HEAD, "historyserver/mapred-site.xml")
    assert found[f"mapreduce.jobhistory.{key}"].startswith("n0:")


def test_an_excluded_node_is_in_a_list_of_its_own() -> None:
    plan = plan_of()
    found = site(plan, HEAD, RESOURCEMANAGER)
    for key, name in (("include", "yarn.hosts"), ("exclude", "yarn.exclude")):
        path = found[f"yarn.resourcemanager.nodes.{key}-path"]
        assert path == f"/etc/hadoop/nodes/{name}"
        assert path not in files(plan, HEAD)
