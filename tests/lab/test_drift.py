"""Single things spoilt by hand: `picluster drift` names them and nothing else, a run mends them.

All of them: tests/shards/test_drift*.py.
"""

from pathlib import Path

from tests.conftest import LabUnderTest
from tests.lab import fingerprint
from tests.lab.drifts import stacks
from tests.lab.drifts.running import Record, are_noticed_and_mended
from tests.lab.drifts.tables import ALONE, SEVERAL_AT_ONCE, TABLES
from tests.lab.fingerprint import Fingerprint


def test_one_is_named_announced_and_mended(
    converged: LabUnderTest, whole: Fingerprint, record_property: Record
) -> None:
    service, name = ALONE
    are_noticed_and_mended(converged, [TABLES[service][name]], whole, record_property)


def test_several_at_once(
    converged: LabUnderTest, whole: Fingerprint, record_property: Record
) -> None:
    drifts = [TABLES[service][name] for service, name in SEVERAL_AT_ONCE]
    are_noticed_and_mended(converged, drifts, whole, record_property)


def test_a_stack_is_put_right(
    converged: LabUnderTest, record_property: Record, tmp_path: Path
) -> None:
    with stacks.declared(converged, tmp_path) as lab:
        whole = fingerprint.settled(lab)
        are_noticed_and_mended(lab, [stacks.DRIFTS["scaled"]], whole, record_property)
