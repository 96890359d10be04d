"""HDFS and YARN on seven boards: real jobs, what they take, and everything that happens to them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
import tomlkit

from picluster.lab import machine
from picluster.plan.daemons import RESIDENT_MB
from tests import conftest
from tests.conftest import LabUnderTest
from tests.lab import accidents, deploying, hadoop_seen, jobs, seen, wishing

ADDED = "pi1c"
NODEMANAGER = "yarn-nodemanager"


@dataclass
class Grown:
    """What a run did that had one more board, and who was restarted by it."""

    run: deploying.Run
    dry: deploying.Run
    restarted: set[Any]


@pytest.fixture(scope="module")
def grown_seven() -> Iterator[tuple[LabUnderTest, Grown]]:
    """Seven boards of two releases; the last of them came when HDFS had files already."""
    with conftest.blank_boards(7, {"pi4": "trixie", "pi1b": "trixie"}) as under_test:
        wishing.without_spark(under_test)
        whole = under_test.lab.cluster_toml.read_text()
        under_test.lab.cluster_toml.write_text(without(whole, ADDED))
        run = deploying.apply(under_test.environment)
        assert (run.code, run.errors) == (0, 0), run.log
        jobs.put(under_test.boards["pi1a"], "from-six", 8)
        before = hadoop_seen.processes(under_test)
        under_test.lab.cluster_toml.write_text(whole)
        dry = deploying.dry_run(under_test.environment)
        run = deploying.apply(under_test.environment)
        restarted = hadoop_seen.restarted(before, hadoop_seen.processes(under_test))
        yield under_test, Grown(run, dry, restarted)


@pytest.fixture
def seven(grown_seven: tuple[LabUnderTest, Grown]) -> LabUnderTest:
    """The same, healthy before each test."""
    under_test, _ = grown_seven
    hadoop_seen.wait_until_as_planned(under_test)
    hadoop_seen.is_healthy(under_test)
    return under_test


def without(text: str, name: str) -> str:
    """A cluster.toml that lacks one node."""
    document = tomlkit.parse(text)
    nodes: Any = document["node"]
    del nodes[[node["name"] for node in nodes].index(name)]
    return tomlkit.dumps(document)


def with_reserve(text: str, name: str, megabytes: int) -> str:
    """A cluster.toml that keeps more, or less, of one node for its owner."""
    document = tomlkit.parse(text)
    nodes: Any = document["node"]
    (node,) = [node for node in nodes if node["name"] == name]
    node["reserve_mb"] = megabytes
    return tomlkit.dumps(document)


def test_a_board_was_added(seven: LabUnderTest, grown_seven: tuple[LabUnderTest, Grown]) -> None:
    _, grown = grown_seven
    assert (grown.run.code, grown.run.errors) == (0, 0), grown.run.log
    assert grown.run.executed == grown.dry.announced
    assert grown.restarted == set(), "a daemon had to stop for another board"
    others = {
        operation: hosts - {ADDED}
        for operation, hosts in grown.run.executed.items()
        if operation.startswith(("HDFS", "YARN")) and hosts - {ADDED}
    }
    # The archive's server lets the new one in; the tables of racks have one line more.
    assert others == {
        "HDFS | Offer Hadoop to the other boards": frozenset({"pi8"}),
        "HDFS | Write HDFS's settings": frozenset(seven.boards) - {ADDED},
        "HDFS | List the DataNodes": frozenset({"pi8"}),
        "HDFS | Tell the NameNode of new DataNodes": frozenset({"pi8"}),
        "YARN | Tell the ResourceManager of new nodes": frozenset({"pi8"}),
    }


def test_jobs_of_an_ordinary_user(seven: LabUnderTest) -> None:
    assert 3 < jobs.pi(seven.boards["pi1b"], maps=7) < 3.3
    assert jobs.sort(seven.boards["pi2b"]) == jobs.CHECKSUM


def test_a_hundred_megabytes_from_a_small_board(seven: LabUnderTest) -> None:
    content = jobs.put(seven.boards["pi1a"], "hundred", 100)
    for name in ("pi1a", "pi4"):
        assert jobs.digest(seven.boards[name], "hundred") == content
    jobs.clean(seven.boards["pi1a"], "hundred")


def test_containers_go_on_while_their_nodemanagers_restart(seven: LabUnderTest) -> None:
    board = seven.boards["pi4"]
    with jobs.meanwhile(board, "pi", "24", "20000000") as job:
        before = jobs.wait_for_container(board)
        process = hadoop_seen.process(board, NODEMANAGER)
        seen.shell(board, f"systemctl restart {NODEMANAGER}")
        assert hadoop_seen.process(board, NODEMANAGER) != process
        left = jobs.containers(board)
        kept = {name: pid for name, pid in before.items() if left.get(name) == pid}
        assert kept, f"no container outlived the restart: {before} became {left}"
    assert "Job Finished" in job.result()
    hadoop_seen.wait_until_as_planned(seven)


def test_one_nodemanagers_memory_changes_while_a_job_runs(seven: LabUnderTest) -> None:
    """It alone is restarted, and the job ends well."""
    declared = seven.lab.cluster_toml.read_text()
    planned = hadoop_seen.plan(seven).node("pi4").yarn_mb
    other = with_reserve(declared, "pi4", 1024)
    before = hadoop_seen.processes(seven)
    try:
        with jobs.meanwhile(seven.boards["pi8"], "pi", "24", "20000000") as job:
            jobs.wait_for_container(seven.boards["pi4"])
            seven.lab.cluster_toml.write_text(other)
            run = deploying.apply(seven.environment)
        assert "Job Finished" in job.result()
        one = frozenset({"pi4"})
        assert run.executed == {
            "YARN | Write YARN's settings": one,
            "YARN | Restart the NodeManager": one,
        }, run.log
        after = hadoop_seen.processes(seven)
        assert hadoop_seen.restarted(before, after) == {("pi4", NODEMANAGER)}
        assert hadoop_seen.nodemanagers(seven)["pi4"][0] != planned
    finally:
        seven.lab.cluster_toml.write_text(declared)
    # Back, so raised or lowered, again under a job.
    with jobs.meanwhile(seven.boards["pi8"], "pi", "24", "20000000") as job:
        jobs.wait_for_container(seven.boards["pi4"])
        deploying.apply(seven.environment)
    assert "Job Finished" in job.result()
    assert hadoop_seen.nodemanagers(seven)["pi4"][0] == planned
    hadoop_seen.mended(seven)


def test_a_worker_loses_its_power_during_a_job(seven: LabUnderTest) -> None:
    board, victim = seven.boards["pi8"], seven.boards["pi2a"]
    jobs.clean(board, "cut")
    jobs.generate(board, "cut", maps=8)
    with jobs.meanwhile(board, "terasort", "cut/made", "cut/sorted") as job:
        jobs.wait_for_container(victim)
        machine.cut_power(victim)
    try:
        assert "completed successfully" in job.result()
        assert jobs.validate(board, "cut") == jobs.CHECKSUM
    finally:
        machine.start(victim)
    jobs.clean(board, "cut")
    hadoop_seen.wait_until_as_planned(seven)
    hadoop_seen.mended(seven)
    hadoop_seen.wait_until_copied(seven)


def test_the_head_is_rebooted(seven: LabUnderTest) -> None:
    content = jobs.put(seven.boards["pi1a"], "kept", 16)
    seven.lab.restart("pi8")
    hadoop_seen.wait_until_as_planned(seven)
    assert jobs.digest(seven.boards["pi1b"], "kept") == content
    run = deploying.apply(seven.environment)
    assert (run.code, run.changes, run.errors) == (0, 0, 0), run.executed
    jobs.clean(seven.boards["pi1a"], "kept")


def test_java_is_purged(seven: LabUnderTest) -> None:
    """What runs goes on with programs that are no more, until a run starts it with new ones."""
    board = seven.boards["pi1a"]
    seen.shell(
        board,
        "DEBIAN_FRONTEND=noninteractive apt-get -q -y purge 'openjdk-*' 'default-jre*' >/dev/null",
    )
    run = hadoop_seen.mended(seven)
    ours = {name: hosts for name, hosts in run.executed.items() if "Java" in name}
    assert set(ours.values()) == {frozenset({"pi1a"})}
    assert 3 < jobs.pi(board) < 3.3


def test_a_dismissed_nodemanager_stays_away(seven: LabUnderTest) -> None:
    """Its owner put it on the list of those that have to go; a run does not bring it back."""
    head = hadoop_seen.head(seven)
    exclude = "/etc/hadoop/nodes/yarn.exclude"
    refresh = "cd / && runuser -u yarn -- yarn rmadmin -refreshNodes >/dev/null 2>&1"
    seen.shell(head, f"echo pi1b.home.arpa >{exclude}; {refresh}")
    accidents.wait_for(
        lambda: hadoop_seen.process(seven.boards["pi1b"], NODEMANAGER) == 0,
        "it is still there",
    )
    try:
        deploying.apply(seven.environment)
        run = deploying.apply(seven.environment)
        assert (run.code, run.changes, run.errors) == (0, 0, 0), run.executed
        assert hadoop_seen.process(seven.boards["pi1b"], NODEMANAGER) == 0
        assert seen.shell(head, f"cat {exclude}") == "pi1b.home.arpa\n"
    finally:
        seen.shell(head, f": >{exclude}; {refresh}")
    run = hadoop_seen.mended(seven)
    assert frozenset({"pi1b"}) in run.executed.values()


@pytest.mark.parametrize("deploy", ["deploys.hdfs.apply", "deploys.yarn.apply"])
@pytest.mark.parametrize("options", [(), ("--limit", "pi1a")], ids=["all", "one"])
def test_each_service_alone_finds_nothing_to_do(
    seven: LabUnderTest, deploy: str, options: tuple[str, ...]
) -> None:
    run = deploying.apply(seven.environment, *options, deploy=deploy)
    assert (run.code, run.changes, run.errors) == (0, 0, 0), run.log


def test_no_daemon_has_outgrown_its_plan(seven: LabUnderTest) -> None:
    """After a job on all boards at once; the last one, so that it sees what all others left."""
    with ThreadPoolExecutor(2) as pool:
        estimate = pool.submit(jobs.pi, seven.boards["pi1a"], 14)
        checksum = pool.submit(jobs.sort, seven.boards["pi2a"], "last")
    assert 3 < estimate.result() < 3.3
    assert checksum.result() == jobs.CHECKSUM
    hadoop_seen.nobody_was_killed(seven)
    over = {}
    for planned in hadoop_seen.plan(seven).nodes:
        board = seven.boards[planned.node.name]
        for role in planned.roles:
            if role in hadoop_seen.UNITS:
                resident = hadoop_seen.resident_mb(board, hadoop_seen.UNITS[role])
                if resident > RESIDENT_MB[role]:
                    over[planned.node.name, role] = (resident, RESIDENT_MB[role])
    assert over == {}, "MiB that it takes, and that are planned"
