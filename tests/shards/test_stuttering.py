"""Each service from blank boards, by runs that are killed after each operation.

First all services undisturbed, with a fingerprint after each. Then on blank boards again, each by
its own deploy: run, killed when an operation has done something, run again, until nothing is left.
The boards have to be what they were after the same service.
"""

from collections.abc import Callable

import pytest

from tests.conftest import LabUnderTest
from tests.lab import (
    archives_seen,
    deploying,
    fingerprint,
    hadoop_seen,
    mirroring,
    portainer_seen,
    seen,
    swarm_seen,
)
from tests.lab.stuttering import Done, stutter

SERVICES = (
    "base",
    "home",
    "thermal",
    "docker",
    "swarm",
    "hdfs",
    "yarn",
    "spark",
    "portainer",
    "stacks",
)
"""In the order of deploys/all.py."""
MIRROR = "pi2a"
STACK = '\n[[stack]]\nname = "hello"\nfile = "stacks/hello.yml"\n'

Record = Callable[[str, object], None]


def deploy_of(service: str) -> str:
    return f"deploys.{service}.apply"


@pytest.fixture(scope="module")
def undisturbed(under_test: LabUnderTest) -> dict[str, fingerprint.Fingerprint]:
    """What an undisturbed run of each service leaves; the boards are blank again afterwards."""
    toml = under_test.lab.cluster_toml
    toml.write_text(toml.read_text() + STACK)
    found = {}
    for service in SERVICES:
        run = deploying.apply(under_test.environment, deploy=deploy_of(service))
        assert (run.code, run.errors) == (0, 0), run.log
        assert run.changes > 0, f"{service} had nothing to do"
        found[service] = fingerprint.settled(under_test)
    under_test.lab.reset()
    for board in under_test.boards.values():
        seen.let_sudo_be_used_once(board)
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_killed_after_each_operation(
    under_test: LabUnderTest,
    undisturbed: dict[str, fingerprint.Fingerprint],
    service: str,
    record_property: Record,
) -> None:
    def archives_are_whole(done: Done) -> None:
        words = ("Offer ", "Install Hadoop", "Install Spark")
        if any(word in operation for operation, _ in done for word in words):
            for board in under_test.boards.values():
                archives_seen.are_whole_or_absent(board)

    kills = stutter(under_test, deploy_of(service), archives_are_whole)
    record_property("table", "stutters")
    record_property("case", service)
    record_property("kills", kills)
    fingerprint.is_the_same(under_test, undisturbed[service])


def test_a_mirror_killed_after_each_operation(
    under_test: LabUnderTest, record_property: Record
) -> None:
    """The caches touch all boards: so they come to a cluster that is whole, and go again."""
    mirroring.declare(under_test, enabled=True, board=MIRROR)
    run = deploying.apply(under_test.environment)
    assert (run.code, run.errors) == (0, 0), run.log
    with_mirror = fingerprint.settled(under_test)
    mirroring.declare(under_test, enabled=False, board=MIRROR)
    run = deploying.apply(under_test.environment)
    assert (run.code, run.errors) == (0, 0), run.log
    mirroring.declare(under_test, enabled=True, board=MIRROR)
    record_property("table", "stutters")
    record_property("case", "mirror")
    record_property("kills", stutter(under_test, "deploys/all.py"))
    fingerprint.is_the_same(under_test, with_mirror)


def test_nothing_is_left_to_do(under_test: LabUnderTest) -> None:
    run = deploying.apply(under_test.environment)
    assert (run.code, run.changes, run.errors) == (0, 0, 0), run.log
    swarm_seen.is_healthy(under_test, set(under_test.boards))
    hadoop_seen.is_healthy(under_test)
    portainer_seen.is_healthy(under_test)
