"""What the cases run on: the stand-in in both generations, or a real Portainer."""

import os
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.contract.api import PASSWORD, Api
from tests.contract.played_engine import PlayedEngine, engine
from tests.contract.processes import Ended, administered, environment, free_port, process

REAL = os.environ.get("PORTAINER_URL", "").rstrip("/")
GENERATIONS = ("2.23.0", "2.45.0")
SECRET = "shared-by-server-and-agents"  # noqa: S105 - of processes that live for a test
AGENT_HOST = "127.0.0.21"


@dataclass
class Instance:
    """A server with an administrator, for one who has logged in, and an agent that it trusts."""

    version: str
    api: Api
    administrator: str
    password: str
    agent_url: str


@pytest.fixture(scope="session", params=["real"] if REAL else GENERATIONS)
def generation(request: pytest.FixtureRequest) -> str:
    """The version that is looked at; "real" for one that is asked itself."""
    return str(request.param)


@pytest.fixture
def played(generation: str) -> str:
    """The version played, for cases that need a new instance, its log or its files."""
    if REAL:
        pytest.skip("needs a new instance of its own: only on the stand-in")
    return generation


@pytest.fixture(scope="session")
def newest() -> str:
    """One version played, for cases in which generations do not differ."""
    if REAL:
        pytest.skip("needs a new instance of its own: only on the stand-in")
    return GENERATIONS[-1]


@pytest.fixture(scope="session")
def spare(newest: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """An instance whose users may be changed, for its administrator."""
    with administered(newest, tmp_path_factory.mktemp("spare")) as running:
        yield running.api


@pytest.fixture(scope="session")
def portainer(generation: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An instance shared by all cases that leave it as they found it."""
    if REAL:
        yield _real()
        return
    folder = tmp_path_factory.mktemp("portainer")
    with ExitStack() as stack:
        node = PlayedEngine("board1", manages=True, nodes=("board1",))
        stack.enter_context(engine(folder / "docker.sock", node))
        port = free_port()
        settings = environment(
            generation,
            DOCKER_HOST=f"unix://{folder}/docker.sock",
            AGENT_HOST=AGENT_HOST,
            AGENT_PORT=str(port),
            AGENT_CLUSTER_ADDR=AGENT_HOST,
            AGENT_SECRET=SECRET,
            PLAYED_GOSSIP_PORT=str(free_port()),
        )
        log = stack.enter_context(process(["agent"], settings))
        assert not isinstance(log, Ended), log
        running = stack.enter_context(
            administered(generation, folder / "data", AGENT_SECRET=SECRET)
        )
        url = f"tcp://{AGENT_HOST}:{port}"
        yield Instance(generation, running.api, "admin", PASSWORD, url)


def _real() -> Instance:
    password = os.environ.get("PORTAINER_ADMIN_PASSWORD")
    if password is None:
        pytest.skip("PORTAINER_URL needs PORTAINER_ADMIN_PASSWORD beside it")
    name = os.environ.get("PORTAINER_ADMIN_NAME", "admin")
    certificate = os.environ.get("PORTAINER_CA", True)
    api = Api(REAL, certificate).logged_in(name, password)
    version = str(api.get("/system/status").json()["Version"])
    agent = os.environ.get("PORTAINER_AGENT_URL", "tcp://tasks.agent:9001")
    return Instance(version, api, name, password, agent)


@pytest.fixture
def name(portainer: Instance) -> Iterator[str]:
    """A name for environments, none of which is left afterwards."""
    begin = f"contract-{uuid.uuid4().hex[:8]}"
    yield begin
    for found in portainer.api.get("/endpoints?excludeSnapshots=true").json():
        if found["Name"].startswith(begin):
            assert portainer.api.delete(f"/endpoints/{found['Id']}").status_code == 204


@pytest.fixture
def environment_id(portainer: Instance, name: str) -> int:
    """An environment that the agent is behind."""
    reply = portainer.api.create_environment(name, portainer.agent_url)
    assert reply.status_code == 200, reply.text
    return int(reply.json()["Id"])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder for a server's data."""
    return tmp_path / "data"
