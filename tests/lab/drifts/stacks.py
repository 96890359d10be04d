"""Single things spoilt by hand in a stack of the user's own, which `declared` has the Swarm run."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.conftest import LabUnderTest
from tests.lab import accidents, deploying, seen, services, swarm_seen
from tests.lab.drifts.drift import drift

NAME = "own"
COMPOSE = f"""
services:
  twice:
    image: {services.IMAGE}
    command: [/bin/sleep, infinity]
    stop_grace_period: 1s
    environment: {{COLOUR: red}}
    networks: [inner]
    configs: [page]
    deploy: {{replicas: 2, endpoint_mode: dnsrr}}
networks: {{inner: {{driver: overlay}}}}
configs: {{page: {{file: page.html}}}}
"""

_spoilt = partial(drift, "Stacks", "pi8")

TWICE = f"{NAME}_twice"
DEPLOY = f"Deploy {NAME}"
CHANGED = f"{TWICE}.*changed since its deploy"
OF_STACK = f"--label com.docker.stack.namespace={NAME}"
UPDATE = "docker service update --detach --no-resolve-image"

DRIFTS = {
    "scaled": _spoilt(f"docker service scale --detach {TWICE}=1", {DEPLOY}, {CHANGED}),
    "another environment": _spoilt(f"{UPDATE} --env-add COLOUR=blue {TWICE}", {DEPLOY}, {CHANGED}),
    "another image": _spoilt(
        f"docker tag {services.IMAGE} {services.IMAGE}:mine; "
        f"{UPDATE} --image {services.IMAGE}:mine {TWICE}",
        {DEPLOY},
        {CHANGED},
    ),
    "another command": _spoilt(
        f"{UPDATE} --args '/bin/sleep 1000000' {TWICE}", {DEPLOY}, {CHANGED}
    ),
    "a label of ours removed": _spoilt(
        f"{UPDATE} --label-rm org.picluster.stack {TWICE}",
        {DEPLOY},
        {f"{TWICE}.*deployed from something else"},
    ),
    "the service removed": _spoilt(f"docker service rm {TWICE}", {DEPLOY}, {f"{TWICE}.*missing"}),
    "a service too many": _spoilt(
        f"docker service create --detach --no-resolve-image --name {NAME}_more {OF_STACK} "
        f"{services.IMAGE} /bin/sleep infinity",
        {DEPLOY},
        {f"{NAME}_more.*not in the compose file"},
    ),
    "a network too many": _spoilt(
        f"docker network create --driver overlay {OF_STACK} {NAME}_more",
        {DEPLOY},
        {f"{NAME}_more.*not used any more"},
    ),
}


@contextmanager
def declared(under_test: LabUnderTest, folder: Path) -> Iterator[LabUnderTest]:
    """The lab with that stack among its wishes, deployed; gone afterwards.

    + folder: for its files, and for a cluster.toml that names it
    """
    for board in under_test.boards.values():
        services.make_image(board)
    (folder / f"{NAME}.yml").write_text(COMPOSE)
    (folder / "page.html").write_text("hello")
    config = folder / "cluster.toml"
    table = f'\n[[stack]]\nname = "{NAME}"\nfile = "{folder}/{NAME}.yml"\n'
    config.write_text(under_test.lab.cluster_toml.read_text() + table)
    lab = LabUnderTest(under_test.lab, under_test.environment | {"PICLUSTER_CONFIG": str(config)})
    run = deploying.apply(lab.environment, deploy="deploys.stacks.apply")
    assert (run.code, run.errors) == (0, 0), run.log
    try:
        yield lab
    finally:
        _remove(lab)


def _remove(lab: LabUnderTest) -> None:
    manager = swarm_seen.manager(lab.boards)
    seen.shell(manager, f"docker stack rm {NAME}")
    left = f"--filter label=com.docker.stack.namespace={NAME} --quiet"
    accidents.wait_for(
        lambda: (
            not any(
                seen.shell(manager, f"docker {kind} ls {left}").strip()
                for kind in ("service", "network", "config")
            )
        ),
        "the stack does not go",
    )
