"""pyinfra's inventory, and what is said where it cannot be made."""

import logging
import subprocess
from pathlib import Path

import pytest

from picluster.inventory import NoClusterError, read_inventory
from picluster.plan.plan import PlanError, make_plan
from picluster.plan.problems import ConfigError
from picluster.plan.stack_collisions import TakenPortError
from picluster.session import ConnectionAdvice
from picluster.ssh_key import KeyFileError

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / "cluster.example.toml").read_text()


@pytest.fixture
def root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty checkout, and no word in the environment."""
    monkeypatch.delenv("PICLUSTER_CONFIG", raising=False)
    monkeypatch.delenv("PICLUSTER_LAB", raising=False)
    return tmp_path


def test_groups_are_models_and_roles(root: Path) -> None:
    (root / "cluster.toml").write_text(
        EXAMPLE.replace('name = "pi4"', 'name = "pi4"\nroles = ["manager", "namenode"]')
    )
    groups = read_inventory(root).groups
    assert groups["pi_3b_plus"] == ["pi1a", "pi1b", "pi1c"]
    assert groups["pi_4b"] == ["pi8", "pi4", "pi2a", "pi2b"]
    assert groups["namenode"] == ["pi4"]
    assert groups["secondarynamenode"] == ["pi2a"]
    assert groups["resourcemanager"] == groups["historyserver"] == ["pi8"]
    assert groups["datanode"] == groups["nodemanager"] == [host for host, _ in _hosts(root)]
    assert groups["sparkhistoryserver"] == ["pi8"]
    assert groups["spark"] == ["pi8", "pi4", "pi2a", "pi2b"]


STACKS = """
[[stack]]
name = "web"
file = "web.yml"

[[stack]]
name = "proxy"
file = "own/proxy.yml"
"""


def _compose(root: Path, *ports: str) -> None:
    """Two stacks, each of which publishes one port in ingress mode."""
    (root / "own").mkdir(exist_ok=True)
    (root / "cluster.toml").write_text(EXAMPLE + STACKS)
    for file, port in zip(("web.yml", "own/proxy.yml"), ports, strict=False):
        (root / file).write_text(f"services: {{a: {{image: x, ports: ['{port}:80']}}}}\n")


def test_ports_of_stacks_are_refused_all_at_once(root: Path) -> None:
    _compose(root, "80", "9443")
    with pytest.raises(TakenPortError) as caught:
        read_inventory(root)
    first, second = caught.value.problems
    assert first.startswith("web.yml:1: services.a.ports[0]: 80/tcp meets home page (80, on pi4)")
    assert second.startswith("own/proxy.yml:1: services.a.ports[0]: 9443/tcp meets Portainer")


def test_stacks_with_ports_of_their_own_have_an_inventory(root: Path) -> None:
    _compose(root, "8080", "8443")
    assert len(_hosts(root)) == 7


def test_a_compose_file_that_cannot_be_read_hides_no_other_ones_ports(root: Path) -> None:
    _compose(root, "8080")
    assert len(_hosts(root)) == 7, "the deploy of stacks says so; others do without them"
    (root / "own" / "proxy.yml").write_bytes(b"\xff")
    (root / "web.yml").write_text("services: {a: {image: x, ports: ['22:22']}}\n")
    with pytest.raises(TakenPortError, match=r"22/tcp meets SSH \(22, on every board\)"):
        read_inventory(root)


def _hosts(root: Path) -> list[tuple[str, dict[str, object]]]:
    return read_inventory(root).all[0]


def test_the_plan_is_data_of_all_hosts(root: Path) -> None:
    (root / "cluster.toml").write_text(EXAMPLE)
    shared = read_inventory(root).all[1]
    assert shared["plan"] == make_plan(shared["cluster"])


def test_a_cluster_that_cannot_be_carried_has_no_inventory(root: Path) -> None:
    (root / "cluster.toml").write_text(EXAMPLE.replace("# replication = 3", "replication = 8"))
    with pytest.raises(PlanError, match=r"hdfs\.replication is 8, but 7 boards have a DataNode"):
        read_inventory(root)


def _switched(section: str, enabled: bool) -> str:
    """The example with one service switched on or off."""
    before, heading, after = EXAMPLE.partition(f"[{section}]\n")
    assert heading
    key = f"enabled = {str(not enabled).lower()}\n"
    return before + heading + after.replace(key, f"enabled = {str(enabled).lower()}\n", 1)


PINNED = EXAMPLE.replace('name = "pi2a"', 'name = "pi2a"\nroles = ["mirror", "portainer"]')


@pytest.mark.parametrize(
    ("text", "portainer", "mirror"),
    [
        (EXAMPLE, ["pi4"], None),
        (PINNED, ["pi2a"], None),
        (_switched("mirror", enabled=True), ["pi4"], ["pi4"]),
        (_switched("portainer", enabled=False), None, None),
    ],
    ids=["the example", "pinned, and the mirror disabled", "a mirror", "no Portainer"],
)
def test_portainer_and_the_mirror_are_groups_where_they_are_enabled(
    text: str, portainer: list[str] | None, mirror: list[str] | None, root: Path
) -> None:
    (root / "cluster.toml").write_text(text)
    groups = read_inventory(root).groups
    assert (groups.get("portainer"), groups.get("mirror")) == (portainer, mirror)


@pytest.mark.parametrize(
    ("text", "home"),
    [
        (EXAMPLE, ["pi4"]),
        (EXAMPLE.replace('name = "pi2a"', 'name = "pi2a"\nroles = ["home"]'), ["pi2a"]),
        (_switched("home", enabled=False), None),
    ],
    ids=["the example", "pinned", "no home page"],
)
def test_so_is_the_home_page(text: str, home: list[str] | None, root: Path) -> None:
    (root / "cluster.toml").write_text(text)
    assert read_inventory(root).groups.get("home") == home


def test_every_node_is_a_planned_manager_or_a_worker(root: Path) -> None:
    text = EXAMPLE.replace('name = "pi1c"', 'name = "pi1c"\nroles = ["manager"]')
    (root / "cluster.toml").write_text(text)
    groups = read_inventory(root).groups
    assert groups["manager"] == ["pi8", "pi4", "pi1c"]
    assert groups["worker"] == ["pi2a", "pi2b", "pi1a", "pi1b"]


def test_every_group_of_a_model_with_choices_of_its_own_is_a_model(root: Path) -> None:
    from picluster.plan.boards import MODELS

    known = {model.group for model in MODELS.values()} | {"all"}
    assert {path.stem for path in (ROOT / "group_data").glob("*.py")} <= known


def test_keys_of_boards_are_kept_in_the_project(root: Path) -> None:
    (root / "cluster.toml").write_text(EXAMPLE)
    hosts, shared = read_inventory(root).all
    assert len(hosts) == 7
    assert shared["ssh_known_hosts_file"] == str(root / ".picluster" / "known_hosts")
    assert (root / ".picluster").stat().st_mode & 0o777 == 0o700


def test_which_cluster_is_meant_is_said(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = root / ".picluster" / "lab"
    lab.mkdir(parents=True)
    (lab / "cluster.toml").write_text(EXAMPLE)
    read_inventory(root)
    assert capsys.readouterr().err == (
        "--> No cluster.toml, so the lab of simulated boards: .picluster/lab/cluster.toml, "
        "7 boards\n"
    )
    (root / "cluster.toml").write_text(EXAMPLE)
    read_inventory(root)
    assert capsys.readouterr().err == "--> Cluster: cluster.toml, 7 boards\n"
    monkeypatch.setenv("PICLUSTER_CONFIG", str(lab / "cluster.toml"))
    read_inventory(root)
    assert capsys.readouterr().err.startswith("--> Cluster named by PICLUSTER_CONFIG: ")


def test_neither_cluster_nor_lab(root: Path) -> None:
    with pytest.raises(NoClusterError, match="picluster lab up"):
        read_inventory(root)


def test_a_file_that_is_not_there(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PICLUSTER_CONFIG", str(root / "none.toml"))
    with pytest.raises(ConfigError, match="no such file"):
        read_inventory(root)


def test_an_ssh_key_that_is_not_there(root: Path) -> None:
    (root / "cluster.toml").write_text(
        EXAMPLE.replace('user = "pi"', f'user = "pi"\nkey = "{root}/id_none"')
    )
    with pytest.raises(KeyFileError, match="ssh-keygen -t ed25519"):
        read_inventory(root)


def test_an_ssh_key_that_is_none(root: Path) -> None:
    (root / "id").write_text("root:x:0:0:root:/root:/bin/bash\n")
    (root / "cluster.toml").write_text(
        EXAMPLE.replace('user = "pi"', f'user = "pi"\nkey = "{root}/id"')
    )
    with pytest.raises(KeyFileError, match="is no private SSH key"):
        read_inventory(root)


@pytest.mark.parametrize("passphrase", ["", "secret"])
def test_an_ssh_key_with_and_without_passphrase(root: Path, passphrase: str) -> None:
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", f"{root}/id"]
    subprocess.run(command, check=True)
    (root / "cluster.toml").write_text(
        EXAMPLE.replace('user = "pi"', f'user = "pi"\nkey = "{root}/id"')
    )
    assert read_inventory(root).all[1]["ssh_key"] == f"{root}/id"


def test_a_link_that_leads_nowhere_is_not_taken_for_no_cluster(root: Path) -> None:
    (root / "cluster.toml").symlink_to(root / "nowhere")
    with pytest.raises(ConfigError, match="no such file"):
        read_inventory(root)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("[pi8] SSH error (No authentication methods available)", "has no SSH key to offer"),
        ("[pi8] SSH host key error (Host key for 10.0.0.8 does not match.)", "picluster trust pi8"),
        ("[pi8]  Authentication error (username=pi)", "ssh-copy-id pi@10.0.0.8"),
        ("    [pi8] Could not connect (timed out)", "Is it switched on"),
        ("[pi8] EOF error ()", "does not answer at 10.0.0.8"),
        (
            "[pi8] SSH error (Error reading SSH protocol banner)",
            "took the connection at 10.0.0.8, and no SSH session came of it: pi8 hangs",
        ),
    ],
)
def test_a_connection_error_comes_with_advice(error: str, words: str) -> None:
    assert words in shown(error)


@pytest.mark.parametrize("text", ["[pi8] Connected", "[pi9] Could not connect (timed out)", "x"])
def test_other_lines_stay_as_they_are(text: str) -> None:
    assert shown(text) == text


def shown(text: str) -> str:
    """A line of pyinfra's log after the filter."""
    record = logging.LogRecord("pyinfra", logging.ERROR, __file__, 1, text, (), None)
    assert ConnectionAdvice({"pi8": "10.0.0.8"}, "pi").filter(record)
    return record.getMessage()
