"""Portainer on seven boards: accidents of the whole rack, an upgrade, and the way back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import tomlkit

from picluster.lab import machine
from tests import conftest
from tests.conftest import LabUnderTest
from tests.lab import accidents, deploying, portainer_seen, seen, swarm_seen, wishing
from tests.lab.refusing import refused_everywhere

BOARD = "pi4"
FIRST = frozenset({"pi8"})
OLDER, NEWER = "2.39.0", "2.45.0"
FIVE_MINUTES = 300
LISTENER = "import signal, socket; s = socket.create_server(('', 9443)); signal.pause()"


@pytest.fixture(scope="module")
def converged_seven() -> Iterator[LabUnderTest]:
    """Seven boards with an older Portainer, set up by one run."""
    with conftest.blank_boards(7, {"pi4": "trixie"}) as under_test:
        wishing.without_spark(under_test)
        wish(under_test, "version", OLDER)
        run = deploying.apply(under_test.environment)
        assert (run.code, run.errors) == (0, 0), run.log
        yield under_test


@pytest.fixture
def seven(converged_seven: LabUnderTest) -> LabUnderTest:
    """The same, healthy before each test, whatever the one before has left."""
    deploying.apply(converged_seven.environment)
    portainer_seen.is_healthy(converged_seven, BOARD)
    return converged_seven


def wish(under_test: LabUnderTest, key: str, value: object) -> None:
    """Writes something else under [portainer] in cluster.toml."""
    path = under_test.lab.cluster_toml
    document = tomlkit.parse(path.read_text())
    document["portainer"][key] = value
    path.write_text(tomlkit.dumps(document))


def test_seven_agents_are_seen(seven: LabUnderTest) -> None:
    assert len(portainer_seen.agents(seven, BOARD)) == 7


def test_all_boards_rebooted_at_once(seven: LabUnderTest) -> None:
    seven.lab.reboot_all()
    run = deploying.apply(seven.environment)
    assert (run.code, run.errors) == (0, 0), run.log
    # Agents that start at one moment may miss each other, and no dry run could know that.
    assert set(run.executed) <= {"Portainer | Restart agents that lost each other"}
    portainer_seen.is_healthy(seven, BOARD)


def test_agents_that_lost_each_other_are_healed(seven: LabUnderTest) -> None:
    """An agent that starts while its board has no way to the others stays alone for ever."""
    board = seven.boards["pi1b"]
    cut = "for p in tcp udp; do iptables -{0} {1} -p $p --dport 4789 -j DROP; done"
    for chain in ("INPUT", "OUTPUT"):
        seen.shell(board, cut.format("I", chain))
    try:
        container = portainer_seen.container(board, portainer_seen.AGENT)
        seen.shell(board, f"docker kill {container}")
        accidents.wait_for(
            lambda: portainer_seen.container(board, portainer_seen.AGENT) != container,
            "the agent did not start again",
        )
        accidents.wait_for(lambda: not is_seen(seven, "pi1b"), "it is still known")
    finally:
        for chain in ("INPUT", "OUTPUT"):
            seen.shell(board, cut.format("D", chain))
    dry = deploying.dry_run(seven.environment, deploy="deploys.portainer.heal")
    run = deploying.apply(seven.environment, deploy="deploys.portainer.heal")
    assert (run.code, run.errors) == (0, 0), run.log
    assert dry.announced == run.executed
    assert set(run.executed.values()) == {FIRST}
    portainer_seen.is_healthy(seven, BOARD)


def is_seen(under_test: LabUnderTest, name: str) -> bool:
    """Whether the server knows the agent of this board; it may be a while without an answer."""
    try:
        return name in portainer_seen.agents(under_test, BOARD)
    except requests.Timeout:
        return True


def test_its_board_rebooted(seven: LabUnderTest) -> None:
    seven.lab.restart(BOARD)
    assert portainer_seen.mended(seven, BOARD).executed == {}


def test_its_data_is_gone(seven: LabUnderTest) -> None:
    without_data(seven)
    assert set(portainer_seen.mended(seven, BOARD).executed) == {
        "Portainer | Make the administrator",
        "Portainer | Show it the Swarm",
    }


def test_nobody_made_an_administrator_in_time(seven: LabUnderTest) -> None:
    """As when a first run was cut off between the server and its administrator."""
    without_data(seven)
    url = f"https://{machine.board_of(seven.boards[BOARD]).address}:9443/api/users/admin/check"
    ca = str(portainer_seen.folder(seven) / "ca-certificate.pem")

    def refuses_everything() -> bool:
        try:
            answer = requests.get(url, verify=ca, timeout=10, allow_redirects=False)
        except requests.ConnectionError:
            return False  # it starts
        return answer.headers.get("Redirect-Reason") == "AdminInitTimeout"

    accidents.wait_for(refuses_everything, "it still waits", seconds=FIVE_MINUTES + 30)
    run = portainer_seen.mended(seven, BOARD)
    assert "restarting Portainer, which nobody set up in time" in run.log


def test_a_port_that_somebody_else_has(seven: LabUnderTest) -> None:
    board = seven.boards[BOARD]
    seen.shell(swarm_seen.manager(seven.boards), f"docker service rm {portainer_seen.SERVER}")
    accidents.wait_for(lambda: not seen.shell(board, "ss -Hltn 'sport = :9443'"), "still taken")
    seen.shell(board, f'systemd-run --unit=squatter python3 -c "{LISTENER}"')
    accidents.wait_for(lambda: bool(seen.shell(board, "ss -Hltn 'sport = :9443'")), "not taken")
    try:
        refused_everywhere(seven, f"TCP port 9443 of {BOARD}", "the program python3")
    finally:
        seen.shell(board, "systemctl stop squatter")
    run = portainer_seen.mended(seven, BOARD)
    assert run.executed == {"Portainer | Deploy the server": FIRST}


def without_data(under_test: LabUnderTest) -> None:
    """Lets the server begin anew, with an empty volume and nobody to set it up."""
    manager, board = swarm_seen.manager(under_test.boards), under_test.boards[BOARD]
    service = portainer_seen.SERVER
    seen.shell(manager, f"docker service scale --detach {service}=0")
    accidents.wait_for(
        lambda: not seen.shell(board, f"docker ps -q --filter name={service}").strip(),
        "the server does not end",
    )
    seen.shell(board, "docker container prune --force && docker volume rm portainer_data")
    seen.shell(manager, f"docker service scale --detach {service}=1")
    portainer_seen.container(board, service)


def backups(under_test: LabUnderTest) -> set[Path]:
    return set((portainer_seen.folder(under_test) / "backups").glob("portainer-*"))


def test_upgrade_and_back(seven: LabUnderTest) -> None:
    before = backups(seven)
    portainer_seen.call(seven, "PUT", "/settings", BOARD, json={"LogoURL": "https://before.test"})

    wish(seven, "version", NEWER)
    run = portainer_seen.mended(seven, BOARD)
    assert run.executed == {
        f"Portainer | {name}": FIRST
        for name in ("Back up before an upgrade", "Deploy the agents", "Deploy the server")
    }
    assert portainer_seen.image(seven, portainer_seen.SERVER).endswith(f":{NEWER}")
    assert portainer_seen.image(seven, portainer_seen.AGENT).endswith(f":{NEWER}")
    assert logo(seven) == "https://before.test", "the volume was not kept"
    (made,) = backups(seven) - before
    assert f"portainer-{OLDER}-" in made.name
    assert made.stat().st_mode & 0o777 == 0o600
    assert made.read_bytes().startswith(b"AES256-GCM")
    portainer_seen.call(seven, "PUT", "/settings", BOARD, json={"LogoURL": "https://after.test"})

    wish(seven, "version", OLDER)
    refused_everywhere(seven, "cannot go down to 2.39.0", "deploys.portainer.restore FILE")
    restored = deploying.run(seven.environment, str(made), "-y", deploy="deploys.portainer.restore")
    assert (restored.code, restored.errors) == (0, 0), restored.log
    assert ".before-restore-" in restored.log
    after = deploying.apply(seven.environment)
    assert (after.code, after.errors) == (0, 0), after.log
    portainer_seen.is_healthy(seven, BOARD)
    assert portainer_seen.image(seven, portainer_seen.SERVER).endswith(f":{OLDER}")
    assert logo(seven) == "https://before.test"


def logo(under_test: LabUnderTest) -> str:
    """A setting that only a person changes."""
    return str(portainer_seen.call(under_test, "GET", "/settings", BOARD)["LogoURL"])


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "cannot be read"), (b"no backup at all", "is no encrypted backup")],
    ids=["missing", "wrong"],
)
def test_what_is_no_backup(
    seven: LabUnderTest, tmp_path: Path, content: bytes | None, words: str
) -> None:
    path = tmp_path / "portainer-2.39.0-x"
    if content is not None:
        path.write_bytes(content)
    run = deploying.run(seven.environment, str(path), "-y", deploy="deploys.portainer.restore")
    assert run.code == 1
    assert words in run.log
    assert "Traceback" not in run.log
    portainer_seen.is_healthy(seven, BOARD)


def test_switched_off_and_on_again(seven: LabUnderTest) -> None:
    wish(seven, "enabled", False)
    try:
        off = deploying.apply(seven.environment)
        assert (off.code, off.errors) == (0, 0), off.log
        assert "portainer" not in seen.shell(
            swarm_seen.manager(seven.boards), "docker service ls --format '{{.Name}}'"
        )
        again = deploying.apply(seven.environment)
        assert (again.code, again.changes) == (0, 0), again.executed
    finally:
        wish(seven, "enabled", True)
    portainer_seen.mended(seven, BOARD)
