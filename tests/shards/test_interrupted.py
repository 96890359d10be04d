"""Runs killed in the middle of what they do to the base system, Docker, the Swarm and Portainer.

In half of the cases a board loses its power; one plain run makes up for each.
"""

import pytest

from tests.conftest import LabUnderTest
from tests.lab import fingerprint, seen
from tests.lab.fingerprint import Fingerprint
from tests.lab.interruptions import base, engine, portainer
from tests.lab.interruptions.interruption import Record, case_ends_as_before

CASES = base.CASES | engine.CASES | portainer.CASES


def test_what_it_is_compared_by_sees_a_file_a_unit_and_a_label(
    converged: LabUnderTest, whole: Fingerprint
) -> None:
    spoilt = {
        "pi1a: files": ("touch /opt/of-somebody", "rm /opt/of-somebody"),
        "pi1a: units": (
            "systemctl disable picluster-thermal.timer",
            "systemctl enable picluster-thermal.timer",
        ),
        "swarm": (
            "docker node update --label-add mine=1 pi1a",
            "docker node update --label-rm mine pi1a",
        ),
    }
    for spoil, _ in spoilt.values():
        seen.shell(converged.boards["pi1a"], f"{spoil} >/dev/null 2>&1")
    after = fingerprint.taken(converged)
    assert {title for title in whole if whole[title] != after[title]} == set(spoilt)
    for _, mend in spoilt.values():
        seen.shell(converged.boards["pi1a"], f"{mend} >/dev/null 2>&1")
    fingerprint.is_the_same(converged, whole)


@pytest.mark.parametrize("case", CASES)
def test_one_plain_run_makes_up_for_it(
    converged: LabUnderTest, whole: Fingerprint, case: str, record_property: Record
) -> None:
    case_ends_as_before(converged, case, CASES[case], whole, record_property)
