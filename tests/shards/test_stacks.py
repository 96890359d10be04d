"""Stacks on real boards: deployed by what runs, mended, pruned, refused, and waited for."""

import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.conftest import LabUnderTest
from tests.lab import accidents, deploying, seen, services, swarm_seen

DEPLOY = "deploys.stacks.apply"
PLANTED = "planted-for-the-stacks"
COMPOSE = f"""
services:
  everywhere:
    image: {services.IMAGE}
    command: [/bin/sleep, infinity]
    stop_grace_period: 1s
    environment: {{PASSWORD: {PLANTED}-in-environment}}
    networks: [inner]
    configs: [page]
    secrets: [key]
    deploy: {{mode: global, endpoint_mode: dnsrr}}
  twice:
    image: {services.IMAGE}
    command: [/bin/sleep, infinity]
    stop_grace_period: 1s
    networks: [inner]
    deploy: {{replicas: 2, endpoint_mode: dnsrr}}
networks: {{inner: {{driver: overlay}}}}
configs: {{page: {{file: page.html}}}}
secrets: {{key: {{file: key}}}}
"""
SMALL = f"""
services:
  twice:
    image: {services.IMAGE}
    command: [/bin/sleep, infinity]
    stop_grace_period: 1s
    networks: [other]
    deploy: {{replicas: 2, endpoint_mode: dnsrr}}
networks: {{other: {{driver: overlay}}}}
"""


@dataclass
class Stacks:
    """A cluster.toml with a stack of a test's own."""

    under_test: LabUnderTest
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def write(self, compose: str = COMPOSE, page: str = "hello", *, declared: bool = True) -> None:
        """The files as their owner leaves them."""
        (self.folder / "own.yml").write_text(compose)
        (self.folder / "page.html").write_text(page)
        (self.folder / "key").write_text(f"{PLANTED}-in-file")
        toml = self.under_test.lab.cluster_toml.read_text()
        table = f'\n[[stack]]\nname = "own"\nfile = "{self.folder}/own.yml"\n'
        (self.folder / "cluster.toml").write_text(toml + table * declared)
        path = str(self.folder / "cluster.toml")
        self.environment = self.under_test.environment | {"PICLUSTER_CONFIG": path}

    def shell(self, script: str) -> str:
        """On a manager."""
        return seen.shell(swarm_seen.manager(self.under_test.boards), script)

    def apply(self, *options: str) -> deploying.Run:
        """A run that does what it has announced, and leaves nothing to do."""
        dry = deploying.dry_run(self.environment, deploy=DEPLOY)
        assert dry.code == 0, dry.log
        run = deploying.apply(self.environment, *options, deploy=DEPLOY)
        assert (run.code, run.errors) == (0, 0), run.log
        assert run.executed == dry.announced
        again = deploying.apply(self.environment, deploy=DEPLOY)
        assert (again.code, again.changes) == (0, 0), again.log
        for output in (dry, run, again):
            assert PLANTED not in output.log + str(output.output)
        return run

    def fails(self) -> deploying.Run:
        """A run that fails, as its exit code says."""
        run = deploying.apply(self.environment, deploy=DEPLOY)
        assert (run.code, run.changes) == (1, 0), run.log
        assert "Traceback" not in run.log
        assert PLANTED not in run.log
        return run

    def names(self, kind: str) -> set[str]:
        """Services, networks, configs or secrets of the stack."""
        label = "--filter label=com.docker.stack.namespace=own"
        return set(self.shell(f"docker {kind} ls {label} --format '{{{{.Name}}}}'").split())

    def running(self, service: str) -> int:
        """How many containers of the service the boards run."""
        return sum(
            len(seen.shell(board, f"docker ps -q --filter name=own_{service}").split())
            for board in self.under_test.boards.values()
        )


@pytest.fixture
def stacks(converged: LabUnderTest, tmp_path: Path) -> Iterator[Stacks]:
    """A stack that is gone afterwards."""
    for board in converged.boards.values():
        services.make_image(board)
    made = Stacks(converged, tmp_path)
    made.write()
    try:
        yield made
    finally:
        made.shell("docker stack rm own")
        accidents.wait_for(
            lambda: not any(map(made.names, ("service", "network", "config", "secret"))),
            "the stack does not go",
        )


CHANGED = {"Stacks | Deploy own": frozenset({"pi8"})}


def test_the_life_of_a_stack(stacks: Stacks) -> None:
    first = stacks.apply("-vvv", "--diff")
    assert first.executed == CHANGED
    assert (stacks.running("everywhere"), stacks.running("twice")) == (3, 2)
    (page,), (key,) = stacks.names("config"), stacks.names("secret")

    stacks.write(
        f"# a comment\n{COMPOSE}".replace("[/bin/sleep, infinity]", "[/bin/sleep,infinity]")
    )
    assert stacks.apply().executed == {}

    stacks.write(page="another page")
    assert stacks.apply().executed == CHANGED
    (other,) = stacks.names("config")
    assert other != page
    assert stacks.names("secret") == {key}

    stacks.write(SMALL)
    assert stacks.apply().executed == CHANGED
    assert stacks.names("service") == {"own_twice"}
    assert stacks.names("network") == {"own_other"}
    assert stacks.names("config") == stacks.names("secret") == set()
    assert (stacks.running("everywhere"), stacks.running("twice")) == (0, 2)

    stacks.write(declared=False)
    left = stacks.apply()
    assert left.executed == {}
    assert "The stack own runs" in left.log
    assert stacks.running("twice") == 2


DRIFTS = {
    "changed": "docker service update --detach --env-add X=1 own_twice",
    "scaled": "docker service scale --detach own_twice=1",
    "removed": "docker service rm own_twice",
    "a label removed": "docker service update --detach --label-rm org.picluster.stack own_twice",
    "a service too many": "docker service create --detach --no-resolve-image --name own_more "
    f"--label com.docker.stack.namespace=own {services.IMAGE} /bin/sleep infinity",
}


def test_what_is_done_by_hand_is_mended(stacks: Stacks) -> None:
    stacks.write(SMALL)
    stacks.apply()
    for drift, command in DRIFTS.items():
        stacks.shell(command)
        assert stacks.apply().executed == CHANGED, drift
        assert stacks.names("service") == {"own_twice"}, drift
        assert stacks.running("twice") == 2, drift


FAILING: dict[str, tuple[Callable[[str], str], str]] = {
    "a program that ends": (
        lambda text: text.replace("sleep, infinity", "sleep, nonsense"),
        "(the last line of its log: ",
    ),
    "an image that is not there": (
        lambda text: text.replace(services.IMAGE, "picluster-test/none"),
        "picluster-test/none",
    ),
}


@pytest.mark.parametrize("why", FAILING)
def test_what_does_not_run_is_named(stacks: Stacks, why: str) -> None:
    spoil, words = FAILING[why]
    stacks.write(spoil(SMALL))
    failed = stacks.fails()
    assert any("own_twice: on pi" in line and words in line for line in failed.log.splitlines()), (
        failed.log
    )
    stacks.write(SMALL)
    assert stacks.apply().executed == CHANGED
    assert stacks.running("twice") == 2


@pytest.mark.parametrize("moment", ["config", "service"])
def test_a_killed_run_is_finished_by_the_next(stacks: Stacks, moment: str) -> None:
    run = subprocess.Popen(
        deploying.command("-y", deploy=DEPLOY),
        cwd=deploying.ROOT,
        env=os.environ | stacks.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        accidents.wait_for(lambda: bool(stacks.names(moment)), "nothing is deployed")
    finally:
        run.kill()
        run.wait()
    assert stacks.apply().executed == CHANGED
    assert (stacks.running("everywhere"), stacks.running("twice")) == (3, 2)
    assert len(stacks.names("config")) == len(stacks.names("secret")) == 1
