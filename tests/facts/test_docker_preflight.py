"""The command of Docker's preflight on boards in which something is found."""

from pathlib import Path
from typing import Any

import pytest
from pyinfra.api.exceptions import FactProcessError

from facts.docker import RECORD
from facts.docker_preflight import DockerPreflight, Platform
from tests.facts.shell import tool, write
from tests.facts.systemd_board import ask, board_with_systemd

# The computer that tests may have an engine of its own.
PACKAGED = 'case "$1" in -S) ;; *) {} ;; esac'

WISH = {"source": "docker-ce", "version": "29", "data_root": "/var/lib/docker", "digest": "a1"}
GOOD = Platform(codename="bookworm", architecture="arm64")


@pytest.fixture
def board(tmp_path: Path) -> Path:
    """A blank board: no engine, no data."""
    root = board_with_systemd(tmp_path)
    write(root, {"/etc/os-release": "ID=debian\nVERSION_CODENAME=bookworm\n"})
    tool(root / "bin", "dpkg", "echo arm64")
    tool(root / "bin", "dpkg-query", PACKAGED.format("exit 1"))
    tool(root / "bin", "mountpoint", f'[ -e "{root}/mounted" ]')
    (root / "invocation").write_text("abc\n")
    return root


def _preflight(board: Path, **changes: Any) -> Platform | str:
    """What the fact returns, or says when it refuses the board; paths as on the board."""
    wish = WISH | changes
    wish["data_root"] = f"{board}{wish['data_root']}"
    try:
        platform: Platform = ask(board, DockerPreflight(), **wish)
    except FactProcessError as error:
        return str(error).replace(str(board), "")
    return platform


def _data(board: Path, root: str, *, swarm: bool = False, containers: int = 0) -> None:
    files: dict[str, str | bytes] = {f"{root}/containers/c{i}/x": "" for i in range(containers)}
    if swarm:
        files[f"{root}/swarm/docker-state.json"] = "{}"
    write(board, files | {f"{root}/other": ""})


def _started_with(board: Path, digest: str) -> None:
    write(board, {"/active": "", RECORD: f"abc {digest}\n"})


def _docker_says(board: Path, root: str) -> None:
    tool(board / "bin", "docker", f'echo "docker $*" >>{board}/calls; echo {board}{root}')


def test_a_blank_board(board: Path) -> None:
    assert _preflight(board) == GOOD


@pytest.mark.parametrize(
    ("row", "refused"),
    [
        ("installed 5:29.1.3-1", False),
        ("installed 5:28.5.1-1", True),
        ("half-configured 5:28.5.1-1", True),  # a run that was killed
        ("config-files 5:28.5.1-1", False),
        ("not-installed ", False),
    ],
)
def test_the_installed_version(row: str, refused: bool, board: Path) -> None:
    tool(board / "bin", "dpkg-query", PACKAGED.format(f"echo '{row}'"))
    answer = _preflight(board)
    assert (answer != GOOD) is refused
    assert ("accept_docker_major=29" in answer) is refused
    assert _preflight(board, accepted_major=29) == GOOD, "a number, as --data gives it"


def test_an_engine_of_no_package(board: Path) -> None:
    tool(board / "bin", "dockerd", "")
    assert _preflight(board) == GOOD
    tool(board / "bin", "dpkg-query", "exit 1")
    assert "brought, /bin/dockerd; remove it" in _preflight(board)


def test_storage(board: Path) -> None:
    wish = {"storage": "/srv/ssd", "data_root": "/srv/ssd/docker"}
    assert "nothing is mounted at its declared storage /srv/ssd" in _preflight(board, **wish)
    (board / "mounted").touch()
    assert _preflight(board, **wish) == GOOD


def test_an_engine_that_was_started_as_wished_is_not_asked(board: Path) -> None:
    _data(board, "/var/lib/docker", swarm=True, containers=2)
    _started_with(board, "a1")
    assert _preflight(board) == GOOD
    assert not (board / "calls").exists()


def test_an_engine_with_its_data_elsewhere(board: Path) -> None:
    _data(board, "/old", swarm=True, containers=2)
    _started_with(board, "b2")
    _docker_says(board, "/old")
    answer = _preflight(board, data_root="/new")
    assert "in /old and holds this node's place in its Swarm and 2 containers" in answer
    _docker_says(board, "/new")
    assert _preflight(board, data_root="/new") == GOOD


def test_an_engine_that_runs_and_does_not_answer(board: Path) -> None:
    _started_with(board, "b2")
    assert "runs and does not answer" in _preflight(board)


@pytest.mark.parametrize("key", ["data-root", "graph"])
def test_a_stopped_engine_is_not_asked(key: str, board: Path) -> None:
    _data(board, "/old", containers=1)
    write(board, {"/etc/docker/daemon.json": f'{{\n  "a": 1,\n  "{key}": "{board}/old"\n}}\n'})
    assert "in /old and holds 1 container" in _preflight(board, data_root="/new")
    assert not (board / "calls").exists()
    # The owner has moved it.
    _data(board, "/new", containers=1)
    assert _preflight(board, data_root="/new") == GOOD


def test_data_kept_of_an_engine_that_was_removed(board: Path) -> None:
    _data(board, "/var/lib/docker", swarm=True)
    assert "in /var/lib/docker and holds this node's place" in _preflight(board, data_root="/new")


def test_hostile_words_stay_words(board: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(board)
    (board / "mounted").touch()
    for value in ("$(touch owned)", "'; touch owned; '", "a b", "-rf"):
        wish = {"storage": value, "digest": value, "accepted_major": value, "version": value}
        _preflight(board, **wish, data_root=f"/{value}")
    assert not (board / "owned").exists()
