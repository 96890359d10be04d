"""What is spoilt by hand in Spark and Portainer, a line each; drifts that hide a second one; and
what is the owner's own.
"""

import pytest

from tests.conftest import LabUnderTest
from tests.lab import deploying, fingerprint, seen, services
from tests.lab.drifts import running
from tests.lab.drifts.hidden import HIDDEN
from tests.lab.drifts.left_alone import OWN
from tests.lab.drifts.running import Record
from tests.lab.fingerprint import Fingerprint
from tests.shards.drifting import each_of

test_it_is_named_announced_and_mended = each_of(["spark", "portainer"])


@pytest.mark.parametrize("name", HIDDEN)
def test_what_it_hides_is_mended_too(
    converged: LabUnderTest, whole: Fingerprint, record_property: Record, name: str
) -> None:
    record_property("table", "hidden")
    record_property("case", name)
    running.is_mended_with_what_it_hides(converged, HIDDEN[name], whole, record_property)


def test_what_is_the_owners_own_is_left_alone(converged: LabUnderTest, whole: Fingerprint) -> None:
    services.make_image(converged.boards["pi8"])
    try:
        for own in OWN.values():
            seen.shell(converged.boards[own.board], own.made)
        told = running.tell(converged)
        assert (told.code, told.lines) == (running.NONE, []), told.log
        run = deploying.apply(converged.environment)
        assert (run.code, run.changes, run.errors) == (0, 0, 0), run.executed
        for own in OWN.values():
            seen.shell(converged.boards[own.board], f"{{ {own.there}\n}} >/dev/null")
    finally:
        for own in OWN.values():
            seen.shell(converged.boards[own.board], f"{own.removed} || true")
    fingerprint.is_the_same(converged, whole)
