"""Who listens where."""

from urllib.parse import urlsplit

from picluster.plan import artefact_ports, hadoop_ports, spark_ports, swarm_ports
from picluster.plan.listeners import FIXED, HOME_PAGE, everywhere, listeners
from picluster.plan.plan import make_plan
from picluster.plan.urls import addresses
from tests.unit.plan.clusters import cluster

CONFIG = cluster(
    {"memory_gb": 8}, {}, {"model": "3B+", "memory_gb": 1}, ssh={"user": "pi", "port": 2222}
)
PLAN = make_plan(CONFIG)
FOUND = listeners(CONFIG, PLAN)
OFF = {"enabled": False}


def ports(name: str) -> dict[str, tuple[str, ...]]:
    return {one.what: tuple(map(str, one.ports)) for one in FOUND[name]}


def test_every_board_listens_for_ssh_and_the_swarm() -> None:
    assert [(one.what, one.listed) for one in everywhere(CONFIG)] == [
        ("SSH", "2222"),
        ("Swarm", "7946 TCP and UDP, 4789 UDP"),
    ]


def test_the_head() -> None:
    head = ports("n0")
    assert head["NameNode"] == ("8020", "9870")
    assert head["ResourceManager"] == ("8030", "8031", "8032", "8033", "8088")
    assert head["Swarm manager"] == ("2377",)
    assert head["Spark's drivers"] == ("4040 on", "21000 on", "21100 on")
    assert "Portainer" not in head


def test_a_worker_without_executors() -> None:
    assert ports("n2").keys() == {"Swarm manager", "DataNode", "NodeManager"}


def test_what_runs_with_a_job_alone_is_marked() -> None:
    assert [one.what for one in FOUND["n0"] if one.of_jobs] == [
        "Spark's drivers",
        "Spark's executors",
    ]


def test_every_page_is_at_a_port_that_somebody_listens_at() -> None:
    open_ports = {str(port) for found in FOUND.values() for one in found for port in one.ports}
    for page in addresses(CONFIG, PLAN):
        assert str(urlsplit(page.url).port or 80) in open_ports


def test_every_constant_is_somewhere() -> None:
    constants = {
        value
        for module in (artefact_ports, hadoop_ports, spark_ports, swarm_ports)
        for name, value in vars(module).items()
        if name.isupper() and name != "RETRIES"
    }
    everything = [*everywhere(CONFIG), *(one for found in FOUND.values() for one in found)]
    assert constants <= {port.number for one in everything for port in one.ports}


def test_what_is_off_does_not_listen() -> None:
    config = cluster({}, hdfs=OFF, yarn=OFF, spark=OFF, portainer=OFF, home=OFF)
    assert [one.what for one in listeners(config, make_plan(config))["n0"]] == ["Swarm manager"]


def test_the_mirror() -> None:
    config = cluster({"memory_gb": 8}, {}, mirror={"enabled": True})
    found = listeners(config, make_plan(config))
    mirror = [one for one in found["n1"] if "mirror" in one.what]
    assert [(one.listed, one.loopback) for one in mirror] == [("3142, 5000", False), ("5001", True)]
    assert not [one for one in found["n0"] if "mirror" in one.what]


def test_programs_are_handed_on_by_the_board_of_the_namenode() -> None:
    assert ports("n0")["archives"] == ("8873",)
    assert "archives" not in ports("n1")


def test_whatever_has_a_fixed_port_is_known_without_a_plan() -> None:
    config = cluster({"memory_gb": 8}, {}, mirror={"enabled": True})
    found = listeners(config, make_plan(config)).values()
    running = {one for services in found for one in services if not one.of_jobs}
    assert {one for one in running if one.what != HOME_PAGE} <= set(FIXED)
