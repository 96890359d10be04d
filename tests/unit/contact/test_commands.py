"""The commands of first contact, without a board."""

import json
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from picluster import known_hosts
from picluster.cli import main
from picluster.contact import discovery
from picluster.contact.host_keys import HostKey, NoKeyError
from picluster.plan.load import load_config
from tests.unit.contact.boards import PI4, board

ROOT = Path(__file__).parents[3]
OLD, NEW = HostKey("ssh-ed25519", "b2xk"), HostKey("ssh-ed25519", "bmV3")


def run(*arguments: str, answers: str = "") -> Result:
    return CliRunner().invoke(main, arguments, input=answers, prog_name="picluster")


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Known hosts of which pi8 has the old key; all boards but pi4 show the new one."""
    file = tmp_path / "known_hosts"
    known_hosts.replace(file, "192.168.1.11", [OLD.line])

    def offered(address: str, port: int) -> list[HostKey]:
        if address == "192.168.1.12":
            raise NoKeyError("no SSH server shows its key")
        return [NEW]

    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("PICLUSTER_CONFIG", "cluster.example.toml")
    monkeypatch.setattr("picluster.project.known_hosts_file", lambda: file)
    monkeypatch.setattr("picluster.cli.trust.offered_keys", offered)
    return file


@pytest.fixture
def somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard input is a terminal."""
    monkeypatch.setattr("picluster.contact.question.interactive", lambda: True)


@pytest.mark.usefixtures("somebody")
@pytest.mark.parametrize(("answer", "code", "key"), [("y\n", 0, NEW), ("n\n", 1, OLD)])
def test_trust_asks(known: Path, answer: str, code: int, key: HostKey) -> None:
    result = run("trust", "pi8", answers=answer)
    assert result.exit_code == code
    assert OLD.fingerprint in result.stdout
    assert NEW.fingerprint in result.stdout
    assert known_hosts.lines_of(known, "192.168.1.11") == [f"192.168.1.11 {key.line}"]


def test_trust_asks_nothing_twice(known: Path) -> None:
    assert run("trust", "pi8", "--yes").exit_code == 0
    result = run("trust", "pi8")
    assert result.exit_code == 0
    assert "the key is the known one" in result.stdout


def test_trust_refuses_where_nobody_can_answer(known: Path) -> None:
    result = run("trust", "pi8")
    assert result.exit_code == 1
    assert "--yes agrees beforehand" in result.stderr
    assert known_hosts.lines_of(known, "192.168.1.11") == [f"192.168.1.11 {OLD.line}"]


def test_trust_goes_on_after_a_board_that_is_off(known: Path) -> None:
    result = run("trust", "--all", "--yes")
    assert result.exit_code == 1
    assert "Error: pi4 (192.168.1.12): no SSH server shows its key" in result.stderr
    assert result.stdout.count("trusted from now on") == 6


def test_trust_takes_an_address_without_any_cluster(
    known: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PICLUSTER_CONFIG", "/nonexistent")
    assert run("trust", "192.168.9.9", "--port", "2222", "--yes").exit_code == 0
    assert known_hosts.lines_of(known, "[192.168.9.9]:2222")


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("command", ["trust", "sudo"])
@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["pi8", "pi4x"], 1, '"pi4x" is no node of the cluster; did you mean "pi4"?'),
        (["banana"], 1, "The nodes are pi8, pi4, pi2a, pi2b, pi1a, pi1b and pi1c"),
        ([], 2, "Name the nodes, or say --all."),
        (["--all", "pi8"], 2, "Name the nodes, or say --all."),
    ],
)
def test_wrong_nodes(command: str, arguments: list[str], code: int, message: str) -> None:
    result = run(command, *arguments)
    assert result.exit_code == code
    assert message in result.stderr


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> discovery.Discovery:
    """What every discovery gives: two boards and no problem."""
    monkeypatch.chdir(ROOT)
    discovered = discovery.Discovery([board(11, 8), board(15, 1, "3B+")], [])
    monkeypatch.setattr(discovery, "discover", lambda *_: discovered)
    return discovered


@pytest.mark.usefixtures("found")
def test_discover_prints_what_can_be_pasted(tmp_path: Path) -> None:
    result = run("discover", "192.168.1.11")
    assert result.exit_code == 0
    file = tmp_path / "cluster.toml"
    file.write_text('[network]\nsubnet = "192.168.1.0/24"\n[ssh]\nuser = "pi"\n' + result.stdout)
    assert [node.name for node in load_config(file).nodes] == ["pi8", "pi1"]
    assert "#   pi8   dc:a6:32:00:00:0b  192.168.1.11\n" in result.stdout


def test_discover_as_json(found: discovery.Discovery) -> None:
    found.problems.append(("nas.local", "this is no Raspberry Pi; left out"))
    result = run("discover", "192.168.1.11", "--json")
    assert result.exit_code == 1
    record = json.loads(result.stdout)
    assert [one["name"] for one in record["boards"]] == ["pi8", "pi1"]
    assert record["problems"][0]["address"] == "nas.local"
    assert "Error: nas.local: this is no Raspberry Pi" in result.stderr


@pytest.mark.usefixtures("found")
def test_discover_makes_a_file(tmp_path: Path) -> None:
    file = tmp_path / "cluster.toml"
    result = run(
        "discover", "192.168.1.11", "--user", "ana", "--port", "2222", "--write", str(file)
    )
    assert result.exit_code == 0, result.output
    config = load_config(file)
    assert [node.name for node in config.nodes] == ["pi8", "pi1"]
    assert (config.ssh.user, config.ssh.port, config.managers) == ("ana", 2222, 1)
    assert str(config.network.subnet) == "192.168.1.0/24"
    assert "# OPTIONAL, default 22." in file.read_text()
    assert run("discover", "192.168.1.11", "--write", str(file)).exit_code == 0


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the example, in which the board at 192.168.1.15 is one of 2 GB."""
    text = (ROOT / "cluster.example.toml").read_text()
    first, last = text.rsplit('address = "192.168.1.15"\nmodel = "3B+"\nmemory_gb = 1', 1)
    file = tmp_path / "cluster.toml"
    file.write_text(f'{first}address = "192.168.1.15"\nmodel = "4B"\nmemory_gb = 2  # !{last}')
    return file


@pytest.mark.usefixtures("found", "somebody")
def test_discover_asks_before_it_updates(example: Path) -> None:
    before = example.read_text().splitlines()
    result = run("discover", "192.168.1.11", "--write", str(example), answers="n\ny\n")
    assert result.exit_code == 1  # because one was declined
    assert "Update pi8?" in result.stderr
    assert 'model "3B+" instead of "4B", memory_gb 1 instead of 2' in result.stderr
    after = example.read_text().splitlines()
    assert [line for line in after if line not in before] == [
        "memory_gb = 1  # !",
        'mac = "dc:a6:32:00:00:0f"',
    ]


@pytest.mark.usefixtures("found")
def test_discover_updates_nothing_where_nobody_can_answer(example: Path) -> None:
    before = example.read_text()
    result = run("discover", "192.168.1.11", "--write", str(example))
    assert result.exit_code == 1
    assert "--yes agrees beforehand" in result.stderr
    assert example.read_text() == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[network]\nsubnet = "10.0.0.0/24"\n[ssh]\nuser = "pi"\n', "outside the subnet"),
        ("[network\n", "is not TOML"),
        ("node = 5\n", "no list of [[node]] tables"),
        (
            '[network]\nsubnet = "192.168.1.0/24"\n[ssh]\nuser = "pi"\n'
            '[ [ node ] ]\nname = "a"\naddress = "192.168.1.30"\nmodel = "4B"\nmemory_gb = 4\n',
            "is not TOML",
        ),
        (
            'node = [{name = "a", address = "192.168.1.11", model = "4B", memory_gb = 4}]\n'
            '[network]\nsubnet = "192.168.1.0/24"\n[ssh]\nuser = "pi"\n',
            "not written as plain [[node]] tables",
        ),
    ],
)
@pytest.mark.usefixtures("found")
def test_discover_leaves_a_file_that_would_not_be_valid(
    tmp_path: Path, text: str, message: str
) -> None:
    file = tmp_path / "cluster.toml"
    file.write_text(text)
    result = run("discover", "192.168.1.11", "--write", str(file), "--yes")
    assert result.exit_code == 1
    assert message in result.stderr
    assert file.read_text() == text
    assert list(tmp_path.iterdir()) == [file]


def test_the_same_board_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {IPv4Address(f"192.168.1.{last}"): {**PI4, "serial": "10000000"} for last in (11, 12)}
    monkeypatch.setattr(discovery, "_ask", lambda *_: (answers, None))
    found = discovery.discover(list(map(str, answers)), None, print)  # type: ignore[arg-type]
    assert [str(one.address) for one in found.boards] == ["192.168.1.11"]
    assert found.problems == [("192.168.1.12", "this is the same board as 192.168.1.11; left out")]
