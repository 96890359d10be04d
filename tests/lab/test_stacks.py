"""The example stack on three boards, as its owner names it in cluster.toml."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from picluster.lab import machine
from tests.conftest import LabUnderTest
from tests.lab import accidents, deploying, seen, swarm_seen
from tests.lab.refusing import refused_everywhere

DEPLOY = "deploys.stacks.apply"
FIRST = frozenset({"pi8"})
EXAMPLE = deploying.ROOT / "stacks"


@pytest.fixture
def hello(converged: LabUnderTest, tmp_path: Path) -> Iterator[LabUnderTest]:
    """The lab with a copy of the example among its stacks; gone afterwards."""
    for name in ("hello.yml", "hello.html"):
        (tmp_path / name).write_bytes((EXAMPLE / name).read_bytes())
    config = tmp_path / "cluster.toml"
    table = f'\n[[stack]]\nname = "hello"\nfile = "{tmp_path}/hello.yml"\n'
    config.write_text(converged.lab.cluster_toml.read_text() + table)
    yield LabUnderTest(converged.lab, converged.environment | {"PICLUSTER_CONFIG": str(config)})
    manager = swarm_seen.manager(converged.boards)
    seen.shell(manager, "docker stack rm hello")
    left = "--filter label=com.docker.stack.namespace=hello --quiet"
    kinds = ("service", "network", "config")
    accidents.wait_for(
        lambda: not any(seen.shell(manager, f"docker {kind} ls {left}").strip() for kind in kinds),
        "the stack does not go",
    )


def pages(under_test: LabUnderTest) -> set[str]:
    """What a browser on this computer gets from each board."""
    found = set()
    for board in under_test.boards.values():
        answer = requests.get(f"http://{machine.board_of(board).address}:8080/", timeout=10)
        assert answer.status_code == 200
        found.add(answer.text)
    return found


def test_every_board_shows_the_page_and_another_one_when_the_file_is_edited(
    hello: LabUnderTest,
) -> None:
    page = Path(hello.environment["PICLUSTER_CONFIG"]).with_name("hello.html")
    for text in (page.read_text(), "<p>edited by hand</p>\n"):
        page.write_text(text)
        dry = deploying.dry_run(hello.environment, deploy=DEPLOY)
        run = deploying.apply(hello.environment, deploy=DEPLOY)
        assert (run.code, run.errors) == (0, 0), run.log
        assert run.executed == dry.announced == {"Stacks | Deploy hello": FIRST}
        assert pages(hello) == {text}
        again = deploying.apply(hello.environment, deploy=DEPLOY)
        assert (again.code, again.changes, again.errors) == (0, 0, 0), again.executed


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (("image:", "image: ["), ("hello.yml:", "hello.yml:")),
        (("image:", "build: .\n    image:"), ("hello.yml:", "a Swarm builds no images")),
    ],
    ids=["does not parse", "cannot be deployed"],
)
def test_a_compose_file_that_cannot_be(
    hello: LabUnderTest, broken: tuple[str, str], words: tuple[str, str]
) -> None:
    file = Path(hello.environment["PICLUSTER_CONFIG"]).with_name("hello.yml")
    file.write_text(file.read_text().replace(*broken))
    refused_everywhere(hello, *words)
    assert "hello" not in seen.shell(swarm_seen.manager(hello.boards), "docker service ls")
