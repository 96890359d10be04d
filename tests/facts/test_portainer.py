"""What a board's shell says of Portainer: of files on its disk, of a port, of containers."""

from pathlib import Path
from typing import Any

import pytest
from pyinfra.api.exceptions import FactProcessError

from facts.portainer import BoardState, Portainer
from tests.facts.shell import HOSTILE, run, tool, write
from tests.facts.systemd_board import ask, board_with_systemd

DATA = "/var/lib/docker/volumes/portainer_data/_data"
SS = """case "$*" in *"sport = :9443"*) cat {root}/listening 2>/dev/null ;; esac"""
DOCKER = r"""echo "$*" >>{root}/calls
case "$*" in *inspect*portainer_server*) cat {root}/image 2>/dev/null ||
  {{ echo 'no such service' >&2; exit 1; }} ;;
*publish=9443*Names*) echo box ;; *publish=9443*Label*) echo portainer_server ;; esac"""
ARGUMENTS: dict[str, Any] = {
    "volume": "portainer_data", "port": 9443, "server": "portainer_server",
}  # fmt: skip
PROXY = 'LISTEN 0 4096 0.0.0.0:9443 0.0.0.0:* users:(("docker-proxy",pid=7,fd=4))\n'


@pytest.fixture
def board(tmp_path: Path) -> Path:
    """A board with an engine that runs and no Portainer."""
    root = board_with_systemd(tmp_path)
    write(root, {"/active": ""})
    tool(root / "bin", "ss", SS.format(root=root))
    tool(root / "bin", "docker", DOCKER.format(root=root))
    return root


def _look(root: Path) -> BoardState:
    state: BoardState = ask(root, Portainer(), **ARGUMENTS)
    return state


def test_a_board_without(board: Path) -> None:
    found = _look(board)
    assert (found["data"], found["broken_key"], found["listener"]) == (False, False, None)
    assert found["image"] is None


def test_the_image_that_a_manager_knows(board: Path) -> None:
    write(board, {"/image": "portainer/portainer-ce:2.45.0@sha256:1\n"})
    assert _look(board)["image"] == "portainer/portainer-ce:2.45.0@sha256:1"


@pytest.mark.parametrize(
    ("words", "image"),
    [
        ("Status: Error: no such service: portainer_server, Code: 1", None),
        ("Error response from daemon: This node is not a swarm manager. Use …", None),
        ("Error response from daemon: rpc error: The swarm does not have a leader", "?"),
        ("", "?"),
    ],
)
def test_no_service_is_told_from_no_answer(board: Path, words: str, image: str | None) -> None:
    write(board, {"/words": words})
    tool(board / "bin", "docker", f"cat {board}/words >&2; exit 1")
    assert _look(board)["image"] == image


def test_data_on_the_disk(board: Path) -> None:
    write(board, {f"{DATA}/portainer.db": "", f"{DATA}/chisel/private-key.pem": "key"})
    assert not _look(board)["data"], "an empty database is none"
    write(board, {f"{DATA}/portainer.db": "x"})
    found = _look(board)
    assert (found["data"], found["broken_key"]) == (True, False)
    assert found["path"].endswith(DATA)


def test_data_on_another_disk(board: Path) -> None:
    disk = board / "disk"
    write(
        board,
        {
            "/etc/docker/daemon.json": f'{{"data-root": "{disk}"}}',
            "/disk/volumes/portainer_data/_data/portainer.db": "x",
        },
    )
    found = _look(board)
    assert (found["data"], found["path"]) == (True, f"{disk}/volumes/portainer_data/_data")


def test_an_empty_key(board: Path) -> None:
    write(board, {f"{DATA}/chisel/private-key.pem": ""})
    assert _look(board)["broken_key"]


def test_who_listens(board: Path) -> None:
    write(board, {"/listening": PROXY})
    found = _look(board)
    assert (found["listener"], found["holder"], found["service"]) == (
        "docker-proxy", "box", "portainer_server",
    )  # fmt: skip


def test_a_stopped_engine_is_not_asked(board: Path) -> None:
    write(board, {"/listening": PROXY})
    (board / "active").unlink()
    found = _look(board)
    assert (found["listener"], found["holder"]) == ("docker-proxy", None)
    assert not (board / "calls").exists()


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("kind", ["volume", "server"])
def test_no_name(kind: str, value: str) -> None:
    fact = Portainer()
    with pytest.raises(FactProcessError, match=r"is no name of a (volume|service)"):
        fact.process(run(fact.command(**ARGUMENTS | {kind: value})))


@pytest.mark.parametrize("value", [0, 65536, True, "9443", "1; id", None])
def test_no_port(value: Any) -> None:
    fact = Portainer()
    with pytest.raises(FactProcessError, match="is no TCP port"):
        fact.process(run(fact.command(**ARGUMENTS | {"port": value})))
