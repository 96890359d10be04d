"""Labs of the long suites' own.

Seven boards with everything on them, for suites that break what works. And for Docker's packages
from their vendor boards and an archive of packages: a card on which these were once installed is
not what the shared lab's deploy leaves, so a second lab stands beside it, whose boards each test
takes blank.
"""

import os
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from docker.models.containers import Container

from picluster.lab.lab import Lab
from tests.conftest import LabUnderTest, blank_boards, environment_of, own_lab
from tests.lab import deploying, wishing
from tests.lab.conftest import whole as whole
from tests.lab.faults import playing, treasure
from tests.lab.faults.treasure import Treasure
from tests.lab.vendor_archive import VendorArchive

READY_SECONDS = 120.0
"""For what has just been deployed, or brought back, to be of use."""


@pytest.fixture(scope="module")
def deployed_seven() -> Iterator[LabUnderTest]:
    """Seven boards with everything on them; good power counts again at once."""
    with blank_boards(7) as under_test:
        _deploy(under_test)
        yield under_test


@pytest.fixture(scope="module")
def with_treasure() -> Iterator[tuple[LabUnderTest, Treasure]]:
    """The same on three boards, and data that has to be there at the end.

    Each line can be played on three; PICLUSTER_TEST_BOARDS=7: on seven.
    """
    with blank_boards(int(os.environ.get("PICLUSTER_TEST_BOARDS", "3"))) as under_test:
        treasure.declare(under_test)
        _deploy(under_test)
        playing.green(under_test, time.monotonic() + READY_SECONDS)
        yield under_test, treasure.lay(under_test)


@pytest.fixture
def faultless(
    with_treasure: tuple[LabUnderTest, Treasure],
) -> tuple[LabUnderTest, Treasure]:
    """The same, green before each test, whatever became of the one before."""
    under_test, _ = with_treasure
    try:
        playing.green(under_test, time.monotonic() + READY_SECONDS)
    except AssertionError:
        deploying.apply(under_test.environment)
        playing.green(under_test, time.monotonic() + READY_SECONDS)
    return with_treasure


def _deploy(under_test: LabUnderTest) -> None:
    """Everything; good power counts again at once."""
    wishing.wish(under_test, "thermal", calm_minutes=0)
    run = deploying.apply(under_test.environment)
    assert (run.code, run.errors) == (0, 0), run.log


@pytest.fixture(scope="session")
def vendor_lab() -> Iterator[LabUnderTest]:
    """Three blank boards, no matter what becomes of them."""
    first = own_lab()
    lab = Lab(first.client, f"{first.name}-vendor", first.progress)
    lab.down()
    lab.up(3, {})
    yield LabUnderTest(lab, environment_of(lab))
    lab.down()


@pytest.fixture(scope="session")
def archive(vendor_lab: LabUnderTest) -> Iterator[VendorArchive]:
    """The archive beside these boards."""
    with closing(VendorArchive(vendor_lab.lab)) as made:
        yield made


@pytest.fixture
def blank_board(vendor_lab: LabUnderTest) -> Container:
    """One of these boards with a new card."""
    vendor_lab.lab.reflash("pi2a")
    vendor_lab.lab.trust([vendor_lab.boards["pi2a"]])
    return vendor_lab.boards["pi2a"]
