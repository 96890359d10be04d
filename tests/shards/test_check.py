"""`picluster check` on seven boards: green, and what is broken on purpose is found and named."""

import re
from functools import partial

import pytest

from picluster.lab import machine
from tests.conftest import LabUnderTest
from tests.lab import accidents, checking, hadoop_seen, jobs, seen
from tests.lab.checking import Accident, hardware, on, stopped

AS_HDFS = "cd / && runuser -u hdfs -- hdfs"
HOSTS = "/etc/hosts"
CMDLINE = "/boot/firmware/cmdline.txt"
SITE = "/etc/hadoop/nodemanager/yarn-site.xml"
AGENT = "portainer-agent_agent"
LOST = "picluster-lost"
SPARE = 256
"""MiB that a NodeManager is made smaller by."""


@pytest.fixture
def seven(deployed_seven: LabUnderTest) -> LabUnderTest:
    """The same, green before each test."""
    checking.wait_until_green(deployed_seven)
    return deployed_seven


def test_everything_is_green_and_nothing_is_left(deployed_seven: LabUnderTest) -> None:
    checking.wait_until_green(deployed_seven)
    before = {name: files(deployed_seven, name) for name in deployed_seven.boards}
    checked = checking.check(deployed_seven)
    assert checked.is_green, checked.data
    assert len(checked.data["checks"]) >= 14
    assert {name: files(deployed_seven, name) for name in deployed_seven.boards} == before
    home = jobs.as_user(deployed_seven.boards["pi8"], "hdfs dfs -ls -R -C . /tmp 2>/dev/null")
    assert "picluster-check" not in home


def files(lab: LabUnderTest, name: str) -> str:
    """What lies where programs leave things behind."""
    return seen.shell(lab.boards[name], "find /home/pi /tmp -xdev -type f ! -path '/tmp/hsperf*'")


def test_who_did_not_answer_is_named_once(seven: LabUnderTest) -> None:
    """Without its power; what is known only by it is left out and not called broken."""
    dead = Accident(
        "a board without power",
        lambda lab: machine.cut_power(lab.boards["pi1c"]),
        back,
        "ssh",
        r"^pi1c \(.*it does not answer",
        frozenset({"hdfs-files"}),
    )
    with checking.broken(seven, dead):
        checked = checking.wait_until_found(seven, dead)
        assert checked.data["not_asked"] == ["pi1c"]
        assert checked.names("failed") == {"ssh"}


def back(lab: LabUnderTest) -> None:
    """Power for the board, and all its daemons."""
    machine.start(lab.boards["pi1c"])
    hadoop_seen.wait_until_as_planned(lab)


def smaller(lab: LabUnderTest, by: int) -> None:
    """Lets pi4's NodeManager offer less than it is to."""
    planned = hadoop_seen.plan(lab).node("pi4").yarn_mb
    was, will = (planned, planned - by) if by > 0 else (planned + by, planned)
    seen.shell(
        lab.boards["pi4"],
        f"sed -i 's,<value>{was}</value>,<value>{will}</value>,' {SITE} && "
        "systemctl restart yarn-nodemanager",
    )


def lose_a_block(lab: LabUnderTest) -> None:
    """A file of one copy, whose block is gone from its card."""
    head = lab.boards["pi8"]
    jobs.as_user(head, f"head -c 1000 /dev/urandom | hdfs dfs -D dfs.replication=1 -put - {LOST}")
    report = seen.shell(
        head, f"{AS_HDFS} fsck /user/pi/{LOST} -files -blocks -locations 2>/dev/null"
    )
    block, address = re.findall(r"(blk_\d+)_\d+ .*DatanodeInfoWithStorage\[([\d.]+):", report)[0]
    (board,) = [b for b in lab.boards.values() if machine.board_of(b).address == address]
    seen.shell(board, f"find /var/lib/hadoop/datanode -name '{block}*' -delete")
    # It tells the NameNode of its blocks when it starts.
    seen.shell(board, "systemctl restart hdfs-datanode")


def remove_the_file(lab: LabUnderTest) -> None:
    """As its owner does."""
    jobs.clean(lab.boards["pi8"], LOST)


def without_memory_cgroup(lab: LabUnderTest) -> None:
    """Somebody edited the kernel's arguments; it takes a boot."""
    on("pi1b", f"cp {CMDLINE} /root/ && sed -i 's/ *cgroup_enable=memory//' {CMDLINE}")(lab)
    lab.lab.restart("pi1b")


def with_memory_cgroup(lab: LabUnderTest) -> None:
    """As it was."""
    on("pi1b", f"cp /root/cmdline.txt {CMDLINE}; rm /root/cmdline.txt")(lab)
    lab.lab.restart("pi1b")
    hadoop_seen.wait_until_as_planned(lab)


HADOOP_OF_A_BOARD = frozenset({"daemons", "hdfs-datanodes", "hdfs-files", "yarn-nodes"})
DOCKER_OF_A_BOARD = frozenset({"services", "portainer-agents", "swarm-nodes"})

ACCIDENTS = [
    checking.SKEW,
    checking.DATANODE,
    stopped("pi8", "mapred-historyserver", "MapReduce's history server", frozenset()),
    stopped("pi8", "spark-historyserver", "Spark's history server", frozenset()),
    stopped("pi2b", "yarn-nodemanager", "NodeManager", frozenset({"yarn-nodes"})),
    Accident(
        "a NodeManager offers less than planned",
        partial(smaller, by=SPARE),
        partial(smaller, by=-SPARE),
        "yarn-nodes",
        r"the NodeManager of pi4 offers \d+ MiB and \d+ vcores, wanted: \d+ MiB",
    ),
    Accident(
        "HDFS is in safe mode",
        on("pi8", f"{AS_HDFS} dfsadmin -safemode enter"),
        on("pi8", f"{AS_HDFS} dfsadmin -safemode leave"),
        "hdfs-safe-mode",
        "HDFS is in safe mode",
        frozenset({"hdfs-files"}),
    ),
    Accident(
        "a block is lost",
        lose_a_block,
        remove_the_file,
        "hdfs-fsck",
        f"HDFS is CORRUPT: .* in /user/pi/{LOST}",
    ),
    Accident(
        "a board has too little voltage",
        hardware("pi4", "undervolt", "on"),
        hardware("pi4", "undervolt", "off"),
        "power-and-heat",
        "pi4: undervoltage.* at this moment",
        frozenset({"yarn-nodes"}),
    ),
    Accident(
        "a board is too hot",
        hardware("pi2a", "heat", "84"),
        hardware("pi2a", "heat", "45"),
        "power-and-heat",
        "pi2a: .* at this moment .*84 °C",
        frozenset({"yarn-nodes"}),
    ),
    Accident(
        "a line of the hosts file is wrong",
        on("pi2a", rf"cp {HOSTS} /root/hosts && sed -i 's/^[0-9.]*\.12\b/192.0.2.12/' {HOSTS}"),
        on("pi2a", f"cat /root/hosts >{HOSTS} && rm /root/hosts"),
        "names",
        r"^on pi2a: pi4 leads to 192\.0\.2\.12, not to",
    ),
    Accident(
        "a board is drained",
        on("pi8", "docker node update --availability drain pi1c"),
        on("pi8", "docker node update --availability active pi1c"),
        "swarm-nodes",
        "pi1c has availability drain in the Swarm, wanted: active",
        frozenset({"services", "portainer-agents"}),
    ),
    Accident(
        "an engine is stopped",
        on("pi1b", "systemctl stop docker.socket docker.service"),
        on("pi1b", "systemctl start docker.socket docker.service"),
        "swarm-nodes",
        "pi1b is down in the Swarm, wanted: ready",
        frozenset({"services", "portainer-agents"}),
    ),
    Accident(
        "a manager is demoted",
        on("pi8", "docker node demote pi2a"),
        on("pi8", "docker node promote pi2a"),
        "swarm-managers",
        "pi2a does not manage the Swarm, as planned",
    ),
    Accident(
        "Portainer's server is away",
        on("pi8", "docker service scale --detach portainer_server=0"),
        on("pi8", "docker service scale --detach portainer_server=1"),
        "portainer",
        "connection refused",
        frozenset({"portainer-agents", "services"}),
    ),
    Accident(
        "an agent is away",
        on("pi8", f"docker service update -d --constraint-add 'node.hostname!=pi1a' {AGENT}"),
        on("pi8", f"docker service update -d --constraint-rm 'node.hostname!=pi1a' {AGENT}"),
        "services",
        f"{AGENT} does not run on pi1a",
        frozenset({"portainer-agents"}),
    ),
    Accident(
        "the memory cgroup is off",
        without_memory_cgroup,
        with_memory_cgroup,
        "memory-limits",
        "on pi1b a process took 64 MB although its limit was 16 MB",
        HADOOP_OF_A_BOARD | DOCKER_OF_A_BOARD,
    ),
]


@pytest.mark.parametrize("accident", ACCIDENTS, ids=lambda one: one.title.replace(" ", "-"))
def test_it_is_found_and_named(seven: LabUnderTest, accident: Accident) -> None:
    checking.is_found(seven, accident)


def test_a_damaged_spark_is_found_by_its_jobs(seven: LabUnderTest) -> None:
    """Nothing of it runs, so that only a job can find out."""
    spark = hadoop_seen.plan(seven).spark
    assert spark is not None
    core = "$(readlink -f /opt/spark)/jars/spark-core_*.jar"
    for name in spark.nodes:
        on(name, f"mkdir /root/core && mv {core} /root/core/")(seven)
    try:
        checked = checking.check(seven)
    finally:
        for name in spark.nodes:
            on(name, "mv /root/core/* $(readlink -f /opt/spark)/jars/ && rmdir /root/core")(seven)
    assert checked.names("failed") == {"spark-client", "spark-cluster"}, checked.data
    assert checked.names("skipped") == {"spark-history", "spark-placement"}
    for name in ("spark-client", "spark-cluster"):
        (reason,) = checked.reasons(name)
        assert "Spark's job" in reason
    again = checking.check(seven)
    assert again.is_green, again.data


def test_a_lost_job_is_found_by_the_history(seven: LabUnderTest) -> None:
    """MapReduce's history server runs, and does not see what jobs leave: its folder is closed."""
    folder = "/mr-history/tmp"
    on("pi8", f"{AS_HDFS} dfs -chmod 700 {folder}")(seven)
    try:
        checked = checking.check(seven)
    finally:
        on("pi8", f"{AS_HDFS} dfs -chmod 1777 {folder}")(seven)
    failed = checked.names("failed")
    assert failed, checked.data
    assert failed <= {"mapreduce", "mapreduce-history"}, checked.data
    accidents.wait_for(lambda: checking.check(seven).is_green, "not green again", seconds=600)
