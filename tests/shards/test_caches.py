"""The caches of packages and images: used by all boards, missed by none, taken away whole."""

from collections.abc import Iterator

import pytest

from tests.conftest import History, LabUnderTest
from tests.lab import deploying, seen
from tests.lab.mirroring import IMAGE, declare

UNITS = "docker-registry apt-cacher-ng picluster-fetch-once picluster-limit-caches.timer"
PACKAGE = "hello"
STORED = "find /var/cache/picluster-mirror/registry -type f -printf '%p %T@\\n' | sort"
TRACES = (
    "ls -d /etc/picluster-mirror /var/cache/picluster-mirror /usr/local/lib/picluster/fetch-once "
    "/etc/systemd/system/docker-registry.service.d/* 2>/dev/null; "
    f"systemctl is-active {UNITS} | grep -x active; systemctl is-enabled {UNITS} 2>/dev/null "
    "| grep -x enabled; true"
)


def comes_to_rest(lab: LabUnderTest) -> deploying.Run:
    """Dry run, run and second run of all; the run."""
    dry = deploying.dry_run(lab.environment)
    run = deploying.apply(lab.environment)
    assert (run.code, run.executed) == (0, dry.announced), run.log
    again = deploying.apply(lab.environment)
    assert (again.code, again.changes) == (0, 0), again.executed
    return run


def uses_caches(lab: LabUnderTest) -> None:
    """Each board gets an image and a package anew."""
    for board in lab.boards.values():
        seen.shell(board, f"docker rmi -f {IMAGE} >/dev/null 2>&1; docker pull -q {IMAGE}")
        seen.shell(board, "apt-get -q update && apt-get -q clean")
        seen.shell(board, f"cd /tmp && apt-get -q download {PACKAGE} && rm {PACKAGE}_*.deb")


@pytest.fixture(scope="module")
def with_mirror(under_test: LabUnderTest, history: History) -> Iterator[LabUnderTest]:
    """The lab with a mirror, and afterwards without, as it was."""
    history.came_to_rest()
    declared = under_test.lab.cluster_toml.read_text()
    try:
        yield under_test
    finally:
        under_test.lab.cluster_toml.write_text(declared)
        run = deploying.apply(under_test.environment)
        again = deploying.apply(under_test.environment)
        assert (run.code, again.changes) == (0, 0), run.log


@pytest.fixture
def mirrored(with_mirror: LabUnderTest) -> LabUnderTest:
    """The lab with a mirror on pi2a that runs as wished."""
    declare(with_mirror, enabled=True, board="pi2a")
    run = deploying.apply(with_mirror.environment)
    assert (run.code, run.errors) == (0, 0), run.log
    return with_mirror


def test_boards_take_images_and_packages_from_the_mirror(mirrored: LabUnderTest) -> None:
    assert deploying.apply(mirrored.environment).changes == 0
    uses_caches(mirrored)
    mirror = mirrored.boards["pi2a"]
    kept = seen.shell(mirror, "find /var/cache/picluster-mirror -type f")
    assert "/registry/docker/registry/v2/repositories/library/busybox/" in kept
    assert f"/{PACKAGE}_" in kept


def test_boards_do_without_it_when_it_is_down(mirrored: LabUnderTest) -> None:
    mirror = mirrored.boards["pi2a"]
    seen.shell(mirror, "systemctl stop docker-registry apt-cacher-ng picluster-fetch-once")
    before = seen.shell(mirror, STORED)
    uses_caches(mirrored)
    assert seen.shell(mirror, STORED) == before, "the boards did not go past it"
    run = deploying.apply(mirrored.environment)
    assert run.executed == {"Mirror | Run the caches": frozenset({"pi2a"})}, run.log


@pytest.mark.parametrize(
    "spoil",
    [
        "echo 'MaxConThreads: 9' >>/etc/picluster-mirror/apt-cacher-ng/acng.conf; "
        "systemctl restart apt-cacher-ng",
        "systemctl disable docker-registry; systemctl stop picluster-fetch-once",
        "systemctl mask --now apt-cacher-ng 2>/dev/null; systemctl stop apt-cacher-ng",
    ],
)
def test_what_is_changed_by_hand_is_put_back(mirrored: LabUnderTest, spoil: str) -> None:
    seen.shell(mirrored.boards["pi2a"], spoil)
    comes_to_rest(mirrored)
    assert seen.shell(mirrored.boards["pi2a"], f"systemctl is-active {UNITS}").split() == (
        ["active"] * 4
    )


def test_full_caches_are_emptied_and_go_on(mirrored: LabUnderTest) -> None:
    mirror = mirrored.boards["pi2a"]
    uses_caches(mirrored)
    # A disk of which next to nothing is free.
    seen.shell(
        mirror,
        "mkdir -p /tmp/full && printf '#!/bin/sh\\necho x 1000 990 10 99%% /\\n' >/tmp/full/df && "
        "chmod 755 /tmp/full/df && "
        "PATH=/tmp/full:$PATH /usr/local/lib/picluster/limit-caches /var/cache/picluster-mirror; "
        "rm -r /tmp/full",
    )
    assert seen.shell(mirror, "find /var/cache/picluster-mirror -name '*.deb'") == ""
    assert deploying.apply(mirrored.environment).changes == 0
    uses_caches(mirrored)


def test_the_role_moves_and_goes_and_leaves_nothing(mirrored: LabUnderTest) -> None:
    declare(mirrored, enabled=True, board="pi1a")
    run = comes_to_rest(mirrored)
    assert run.executed["Mirror | Stop caches that are elsewhere now"] == {"pi2a"}
    assert seen.shell(mirrored.boards["pi2a"], TRACES) == ""
    uses_caches(mirrored)
    declare(mirrored, enabled=False, board="pi1a")
    comes_to_rest(mirrored)
    for board in mirrored.boards.values():
        assert seen.shell(board, TRACES) == ""
