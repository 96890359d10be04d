"""Boards of their own, and an archive of packages, for Docker's packages from their vendor.

A card on which these were once installed is not what the shared lab's deploy leaves. So a second
lab stands beside it, whose boards each test takes blank.
"""

from collections.abc import Iterator
from contextlib import closing

import pytest
from docker.models.containers import Container

from picluster.lab.lab import Lab
from tests.conftest import LabUnderTest, environment_of, own_lab
from tests.lab.vendor_archive import VendorArchive


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
