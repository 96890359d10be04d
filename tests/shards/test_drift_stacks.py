"""What is spoilt by hand in a stack of the owner's."""

from collections.abc import Iterator

import pytest

from tests.conftest import LabUnderTest
from tests.lab import fingerprint
from tests.lab.drifts import running, stacks
from tests.lab.drifts.running import Record
from tests.lab.fingerprint import Fingerprint


@pytest.fixture(scope="module")
def with_stack(
    under_test: LabUnderTest, whole: Fingerprint, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[LabUnderTest, Fingerprint]]:
    """The converged lab with a stack of its owner's, and what it is then."""
    with stacks.declared(under_test, tmp_path_factory.mktemp("stack")) as lab:
        yield lab, fingerprint.settled(lab)


@pytest.mark.parametrize("name", stacks.DRIFTS)
def test_a_stack_is_put_right(
    with_stack: tuple[LabUnderTest, Fingerprint], record_property: Record, name: str
) -> None:
    lab, whole = with_stack
    drift = stacks.DRIFTS[name]
    running.case_is_noticed_and_mended(lab, f"stacks: {name}", drift, whole, record_property)
