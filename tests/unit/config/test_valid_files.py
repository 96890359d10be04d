"""Files that are accepted, and what they mean."""

import re
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest
import tomli

from picluster.plan.boards import MODELS
from picluster.plan.config import ClusterConfig
from picluster.plan.load import load_config, parse_config
from picluster.plan.spark_versions import VERSIONS
from picluster.plan.thermal import BANDS, HEATED, default_begin
from tests.unit.plan.clusters import cluster

DIRECTORY = Path(__file__).parent / "valid"
BAND_TABLES = ("Warm", "Hot", "Critical")
EXAMPLE = Path(__file__).parents[3] / "cluster.example.toml"


def valid(name: str) -> ClusterConfig:
    return load_config(DIRECTORY / f"{name}.toml")


@pytest.mark.parametrize("path", sorted(DIRECTORY.glob("*.toml")), ids=lambda path: path.stem)
def test_accepted(path: Path) -> None:
    assert load_config(path).nodes


def test_the_example_is_the_cluster_of_seven() -> None:
    config = load_config(EXAMPLE)
    assert [(node.name, node.model, node.memory_gb) for node in config.nodes] == [
        ("pi8", "4B", 8),
        ("pi4", "4B", 4),
        ("pi2a", "4B", 2),
        ("pi2b", "4B", 2),
        ("pi1a", "3B+", 1),
        ("pi1b", "3B+", 1),
        ("pi1c", "3B+", 1),
    ]
    assert (config.cores, config.memory_gb, config.managers) == (28, 19, 3)


def test_the_example_shows_the_defaults() -> None:
    shown, minimal = load_config(EXAMPLE), valid("minimal")
    sections = ("cluster", "system", "thermal", "power", "docker", "portainer", "mirror", "home")
    for section in sections:
        assert getattr(shown, section) == getattr(minimal, section)
    assert (shown.hdfs, shown.yarn, shown.spark) == (minimal.hdfs, minimal.yarn, minimal.spark)
    assert shown.swarm.certificate_days == minimal.swarm.certificate_days
    assert {node.availability for node in shown.nodes} == {minimal.nodes[0].availability}


@pytest.mark.parametrize("name", ClusterConfig.model_json_schema()["$defs"])
def test_the_example_explains_every_key(name: str) -> None:
    heads = {"Node": "[[node]]", "Stack": "# [[stack]]"} | {
        table: f"[thermal.{table.lower()}]" for table in BAND_TABLES
    }
    head = heads.get(name, f"[{name.lower()}]")
    _, _, section = EXAMPLE.read_text().partition(f"\n{head}\n")
    section, _, _ = section.partition("\n[")
    keys = set(ClusterConfig.model_json_schema()["$defs"][name]["properties"])
    # Tables of their own below [thermal].
    for key in keys - {table.lower() for table in BAND_TABLES}:
        assert f"\n{key} = " in section or f"\n# {key} = " in section


def test_what_the_example_shows_behind_a_hash_is_valid_too() -> None:
    hidden = re.compile(
        r"^# (\[\[stack\]\]|(?:version|address_pool|mac|storage|apt_proxy|admin_password_file|name"
        r"|file|replication|executor|reserve_mb|from_c|supply_watts|supply_ports|port_amperes) = )",
        re.MULTILINE,
    )
    assert len(hidden.findall(EXAMPLE.read_text())) == 19
    config = parse_config(tomli.loads(hidden.sub(r"\1", EXAMPLE.read_text())), "cluster.toml")
    minimal = valid("minimal")
    assert config.docker.version == minimal.docker.version
    assert config.docker.address_pool == IPv4Network("172.30.0.0/16")
    assert config.swarm.address_pool == IPv4Network("10.77.0.0/16")
    shown = (config.system.apt_proxy, config.portainer.admin_password_file)
    assert shown == ("http://192.168.1.5:3142", "~/portainer-password")
    assert [(stack.name, stack.file) for stack in config.stacks] == [("hello", "stacks/hello.yml")]
    assert (config.hdfs.replication, config.nodes[0].reserve_mb) == (3, 256)
    assert config.spark.executor == "small"
    begins = (config.thermal.warm.from_c, config.thermal.hot.from_c, config.thermal.critical.from_c)
    assert begins == (70, 75, 82)
    power = config.power
    assert (power.supply_watts, power.supply_ports, power.port_amperes) == (120, 10, 2.4)


def test_the_example_s_table_of_bands_tells_the_defaults() -> None:
    rows = {
        words[0]: words[1:]
        for words in (line.strip("# ").split() for line in EXAMPLE.read_text().splitlines())
        if words and words[0] in BANDS and words[2:3] == ["°C"]
    }
    section = valid("minimal").thermal
    for band in HEATED:
        shown = rows[band]
        assert shown[0] == str(default_begin(MODELS["4B"], band))
        if shown[2].startswith("("):
            assert shown[2].strip("(") == str(default_begin(MODELS["3B+"], band))
        else:
            assert default_begin(MODELS["3B+"], band) == default_begin(MODELS["4B"], band)
        share = {100: "all", 50: "half", 25: "quarter"}[getattr(section, band).yarn_memory_percent]
        assert share in shown
        assert ("no" in shown) == (getattr(section, band).availability == "pause")


def test_the_example_starts_with_its_schema() -> None:
    first = EXAMPLE.read_text().splitlines()[0]
    assert first == "#:schema docs/cluster.schema.json"
    assert (EXAMPLE.parent / first.removeprefix("#:schema ")).is_file()


def test_defaults() -> None:
    config = valid("minimal")
    assert (config.cluster.name, config.cluster.domain) == ("picluster", "home.arpa")
    assert config.cluster.timezone == "Etc/UTC"
    assert config.network.subnet == IPv4Network("10.0.0.0/8")
    assert (config.network.gateway, config.ssh.key, config.ssh.port) == (None, None, 22)
    assert config.system.release == ("bookworm", "trixie")
    assert (config.system.swap, config.system.reboot) == ("none", "one-by-one")
    assert (config.system.watchdog, config.system.packages) == (True, ())
    thermal = config.thermal
    assert (thermal.enabled, thermal.interval_seconds, thermal.on_undervoltage) == (
        True,
        15,
        "warn",
    )
    assert (thermal.hysteresis_c, thermal.calm_minutes) == (5, 5)
    docker, swarm = config.docker, config.swarm
    assert (docker.source, docker.version) == ("docker-ce", "29")
    assert (docker.log_max_size, docker.log_max_files) == ("10m", 3)
    assert (docker.registry_mirrors, docker.address_pool) == ((), None)
    assert (swarm.managers, swarm.address_pool, swarm.certificate_days) == (None, None, 365)
    portainer, mirror = config.portainer, config.mirror
    assert (portainer.enabled, portainer.version) == (True, "2.45.0")
    assert (portainer.admin_password_file, config.system.apt_proxy) == (None, None)
    assert (mirror.enabled, mirror.registry) == (False, "https://registry-1.docker.io")
    assert (config.home.enabled, config.home.port) == (True, 80)
    assert config.stacks == ()
    assert (config.hdfs.enabled, config.yarn.enabled, config.spark.enabled) == (True, True, True)
    assert (config.hdfs.replication, config.hdfs.block_size_mb) == (None, 32)
    assert (config.spark.version, config.spark.executor) == ("4.3.0", None)
    (node,) = config.nodes
    assert node.reserve_mb is None
    assert (node.address, node.mac, node.storage) == (IPv4Address("10.20.30.40"), None, None)
    assert (node.roles, node.availability) == ((), "active")


def test_docker_and_swarm() -> None:
    config = valid("docker-and-swarm")
    assert config.docker.version == "29.1.3"
    assert (config.docker.log_max_size, config.docker.log_max_files) == ("512k", 1)
    assert config.docker.registry_mirrors == (
        "http://192.168.1.12:5000",
        "https://mirror.test",
        "http://[fd00::5]:5000",
        "http://pi4",
    )
    assert config.docker.address_pool == IPv4Network("10.0.0.0/8")
    assert config.swarm.address_pool == IPv4Network("172.16.0.0/20")
    assert config.swarm.certificate_days == 3650
    assert [node.availability for node in config.nodes] == ["drain", "pause"]


def test_portainer_mirror_and_stacks() -> None:
    config = valid("portainer-mirror-and-stacks")
    portainer = config.portainer
    assert (portainer.enabled, portainer.version, portainer.admin_password_file) == (
        False,
        "2.39.12",
        "secrets/portainer password.txt",
    )
    assert (config.mirror.enabled, config.mirror.registry) == (True, "http://registry.test:5000")
    assert config.system.apt_proxy == "https://[fd00::5]:3142"
    assert [(stack.name, stack.file) for stack in config.stacks] == [
        ("hello", "stacks/hello.yml"),
        ("portainer2", "/srv/stacks/übersicht.yaml"),
        ("8", "~/hello.yml"),
    ]


def test_thermal() -> None:
    thermal = valid("thermal").thermal
    assert (thermal.interval_seconds, thermal.hysteresis_c, thermal.calm_minutes) == (600, 20, 0)
    assert (thermal.warm.from_c, thermal.hot.from_c, thermal.critical.from_c) == (30, None, 110)
    assert (thermal.warm.yarn_memory_percent, thermal.warm.yarn_cores_percent) == (80, 75)
    assert (thermal.hot.yarn_memory_percent, thermal.hot.yarn_cores_percent) == (80, 0)
    # What a table does not say is its band's default.
    assert (thermal.critical.yarn_memory_percent, thermal.critical.availability) == (25, "pause")
    assert not valid("thermal-off").thermal.enabled


def test_hdfs_figures() -> None:
    config = valid("hdfs-figures")
    assert (config.hdfs.replication, config.hdfs.block_size_mb) == (1, 128)
    assert config.nodes[0].reserve_mb == 0


def test_spark_figures() -> None:
    spark = valid("spark-figures").spark
    assert (spark.version, spark.executor) == ("4.2.1", "large")


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_of_spark_can_be_chosen(version: str) -> None:
    chosen = cluster({"memory_gb": 8}, spark={"version": version})
    assert chosen.spark.version == version


def test_no_hadoop() -> None:
    config = valid("no-hadoop")
    assert (config.hdfs.enabled, config.yarn.enabled, config.spark.enabled) == (False,) * 3


@pytest.mark.parametrize(("name", "managers"), [("one-board", 1), ("two-boards", 1), ("pi-5s", 3)])
def test_managers_follow_the_number_of_boards(name: str, managers: int) -> None:
    config = valid(name)
    assert config.swarm.managers is None
    assert config.managers == managers


def test_macs_are_normalised() -> None:
    assert [node.mac for node in valid("mac-spellings").nodes] == [
        "dc:a6:32:01:02:03",
        "dc:a6:32:01:02:04",
        "dc:a6:32:01:02:05",
        "dc:a6:32:01:02:06",
    ]


def test_trixie_only() -> None:
    system = valid("trixie-only").system
    assert system.release == ("trixie",)
    assert system.packages == ("htop", "g++", "libstdc++6")


def test_pinned_roles_and_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    config = valid("pinned-roles")
    assert config.ssh.key == "~/.ssh/id_ed25519"
    assert config.ssh.key_path == Path("/home/me/.ssh/id_ed25519")
    assert config.nodes[0].storage == "/srv/ssd"
    assert config.nodes[0].roles == ("namenode", "resourcemanager")


def test_a_node_knows_its_board() -> None:
    nodes = valid("every-kind").nodes
    assert {node.model: node.memory_mb for node in nodes}["Zero 2 W"] == 512
    assert all(node.board.name == node.model for node in nodes)
    assert all(node.memory_mb in node.board.memory_mb for node in nodes)


def test_a_hundred_boards(tmp_path: Path) -> None:
    file = tmp_path / "cluster.toml"
    file.write_text(
        '[network]\nsubnet = "10.0.0.0/16"\n[ssh]\nuser = "pi"\n'
        + "".join(
            f'[[node]]\nname = "pi{i}"\naddress = "10.0.1.{i}"\nmodel = "CM4"\nmemory_gb = 8\n'
            for i in range(1, 101)
        )
    )
    config = load_config(file)
    assert (len(config.nodes), config.cores, config.memory_gb) == (100, 400, 800)
