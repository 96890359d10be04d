"""Ports of stacks against those of the cluster itself."""

from typing import Any

import pytest

from picluster.plan.plan import make_plan
from picluster.plan.stack_collisions import TakenPortError, collisions, heard
from tests.unit.plan.clusters import cluster

OFF = {"enabled": False}
CONFIG = cluster({"memory_gb": 8}, {"memory_gb": 4}, {}, {}, mirror={"enabled": True})
"""n0 is the head; n1 has Portainer, the mirror and the home page."""
TAKEN = heard(CONFIG, make_plan(CONFIG))


def compose(*ports: str, constraints: str = "") -> str:
    """A file of one service; in its lines 4 and up are the ports."""
    lines = ["services:", "  web:", "    image: busybox", f"    ports: [{', '.join(ports)}]"]
    if constraints:
        lines.append(f"    deploy: {{placement: {{constraints: [{constraints}]}}}}")
    return "\n".join(lines) + "\n"


def found(text: str, config: Any = CONFIG, taken: Any = TAKEN) -> list[str]:
    return collisions("hello", text, "hello.yml", config, taken)


def on_host(port: int, protocol: str = "tcp") -> str:
    return f"{{target: 1, published: {port}, protocol: {protocol}, mode: host}}"


@pytest.mark.parametrize(
    ("port", "told"),
    [
        ("22:22", "22/tcp meets SSH (22, on every board)"),
        ("7946:1", "7946/tcp meets Swarm (7946, on every board)"),
        ("7946:1/udp", "7946/udp meets Swarm (7946, on every board)"),
        ("4789:1/udp", "4789/udp meets Swarm (4789, on every board)"),
        ("2377:1", "2377/tcp meets Swarm manager (2377, on n0, n1 and n2)"),
        ("80:80", "80/tcp meets home page (80, on n1)"),
        ("9443:9443", "9443/tcp meets Portainer (9443, on n1)"),
        ("5000:5000", "5000/tcp meets mirror (5000, on n1)"),
        ("3142:3142", "3142/tcp meets mirror (3142, on n1)"),
        ("5001:5001", "5001/tcp meets mirror itself (5001, on n1)"),
        ("8873:873", "8873/tcp meets archives (8873, on n0)"),
        ("9870:1", "9870/tcp meets NameNode (9870, on n0)"),
        ("8020:1", "8020/tcp meets NameNode (8020, on n0)"),
        ("9866:1", "9866/tcp meets DataNode (9866, on every board)"),
        ("8088:80", "8088/tcp meets ResourceManager (8088, on n0)"),
        ("8042:1", "8042/tcp meets NodeManager (8042, on every board)"),
        ("13562:1", "13562/tcp meets NodeManager (13562, on every board)"),
        ("18080:80", "18080/tcp meets Spark's history server (18080, on n0)"),
        ("19888:80", "19888/tcp meets MapReduce's history server (19888, on n0)"),
        ("75-85:80", "75-85/tcp meets home page (80, on n1)"),
        ('"${PORT:-80}:80"', "80/tcp meets home page (80, on n1)"),
        ("{target: 1, published: 80}", "80/tcp meets home page (80, on n1)"),
    ],
)
def test_in_ingress_mode_a_port_of_any_board_is_taken(port: str, told: str) -> None:
    (line,) = found(compose(port))
    assert line.startswith(f"hello.yml:4: services.web.ports[0]: {told}, and in ingress mode ")
    assert "publish another port" in line


@pytest.mark.parametrize(
    "port",
    ["8080:80", "80:80/udp", "4789:1", "2377:1/udp", "79:1", "81-89:80", "80", "443:443", "4040:1"],
)
def test_what_is_free_is_let_through(port: str) -> None:
    assert found(compose(port)) == []


def test_constraints_do_not_help_in_ingress_mode() -> None:
    (line,) = found(compose("80:80", constraints="node.hostname == n0"))
    assert line.endswith(
        "taken on every board; publish another port, publish it with mode: host and keep the "
        "service off n1 (deploy.placement.constraints: node.hostname != n1) or give the home page "
        "another one (port under [home])"
    )


@pytest.mark.parametrize(
    ("port", "constraints"),
    [
        (80, ""),
        (80, "node.hostname != n0"),
        (80, "node.hostname == n1"),
        (80, "node.role == manager"),
        (80, "node.labels.pi.mem_gb == 4"),
        (9866, "node.hostname == n3"),
        (22, "node.role == worker"),
        # All boards that are left have it, whatever the label says.
        (9866, "node.labels.site.rack == a"),
        (80, "node.labels.site.rack == a, node.hostname == n1"),
    ],
)
def test_on_the_host_it_is_refused_where_a_task_may_run(port: int, constraints: str) -> None:
    (line,) = found(compose(on_host(port), constraints=constraints))
    assert f" {port}/tcp meets " in line
    assert "ingress" not in line


@pytest.mark.parametrize(
    ("port", "constraints"),
    [
        (80, "node.hostname != n1"),
        (80, "node.role == worker"),
        (80, "node.labels.pi.mem_gb == 8"),
        (80, "node.labels.site.rack == a"),
        (80, "node.labels.pi.thermal == cool"),
        (9870, "node.hostname != n0"),
        (22, "node.hostname == elsewhere"),
        (8080, ""),
    ],
)
def test_on_the_host_it_is_let_through_elsewhere(port: int, constraints: str) -> None:
    assert found(compose(on_host(port), constraints=constraints)) == []


def test_on_the_host_the_protocol_counts() -> None:
    assert found(compose(on_host(80, "udp"))) == []
    assert len(found(compose(on_host(4789, "udp")))) == 1


def test_how_to_keep_it_off_is_said() -> None:
    (line,) = found(compose(on_host(9443)))
    assert line == (
        "hello.yml:4: services.web.ports[0]: 9443/tcp meets Portainer (9443, on n1); publish "
        "another port or keep the service off n1 (deploy.placement.constraints: node.hostname != "
        "n1)"
    )


def test_where_every_board_has_it_only_another_port_helps() -> None:
    (line,) = found(compose(on_host(22)))
    assert line.endswith("SSH (22, on every board); publish another port")


def test_boards_that_take_no_tasks_take_no_ports_of_the_host() -> None:
    config = cluster({"memory_gb": 8}, {"memory_gb": 4, "roles": ["home"]}, {})
    paused = cluster(
        {"memory_gb": 8}, {"memory_gb": 4, "roles": ["home"], "availability": "drain"}, {}
    )
    text = compose(on_host(80))
    assert len(found(text, config, heard(config, make_plan(config)))) == 1
    assert found(text, paused, heard(paused, make_plan(paused))) == []


def test_a_wide_range_names_the_first_ones() -> None:
    (line,) = found(compose("8000-9999:80"))
    assert "8000-9999/tcp meets Swarm" not in line
    assert " more, and in ingress mode" in line


def test_services_that_are_off_leave_their_ports() -> None:
    config = cluster({}, {}, hdfs=OFF, yarn=OFF, spark=OFF, portainer=OFF, home=OFF)
    taken = heard(config, make_plan(config))
    text = compose("80:80", "9443:9443", "8088:80", "9870:1", "5000:5000", "8873:1")
    assert found(text, config, taken) == []
    assert len(found(text)) == 6


def test_ports_that_were_moved_count_where_they_are() -> None:
    ssh = {"user": "pi", "port": 2222}
    config = cluster({"memory_gb": 8}, {}, home={"port": 8000}, ssh=ssh)
    taken = heard(config, make_plan(config))
    lines = found(compose("80:80", "22:22", "8000:80", "2222:22"), config, taken)
    assert [line.split(" meets ")[0].split()[-1] for line in lines] == ["8000/tcp", "2222/tcp"]


def test_all_services_and_ports_of_a_file_are_told_with_their_lines() -> None:
    text = """\
services:
  a:
    image: x
    ports:
      - 8080:80
      - 80:80
  b:
    image: y
    ports:
      - target: 80
        published: 22
"""
    lines = [line.split(" meets ")[0] for line in found(text)]
    assert lines == [
        "hello.yml:6: services.a.ports[1]: 80/tcp",
        "hello.yml:10: services.b.ports[0]: 22/tcp",
    ]


@pytest.mark.parametrize(
    "text",
    ["services: [", "", "services: {}", "- a", compose("80:80").replace("image", "build")],
    ids=["no YAML", "empty", "no service", "no table", "not for a Swarm"],
)
def test_a_wrong_file_is_left_to_its_own_errors(text: str) -> None:
    assert found(text) == []


def test_the_error_holds_all_of_them() -> None:
    error = TakenPortError(["hello.yml:4: one", "other.yml:5: two"])
    assert str(error).splitlines()[1:] == ["  hello.yml:4: one", "  other.yml:5: two"]
    assert "no board was contacted" in str(error)
