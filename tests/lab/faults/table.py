"""All faults, of all kinds."""

import re

from tests.lab.faults import (
    daemons,
    disks,
    hands,
    memory,
    network,
    paused,
    power,
    sessions,
    sources,
)
from tests.lab.faults.fault import Fault

FAULTS = [
    *daemons.FAULTS,
    *paused.FAULTS,
    *sessions.FAULTS,
    *hands.FAULTS,
    *disks.FAULTS,
    *sources.FAULTS,
    *memory.FAULTS,
]
"""Of what runs on boards that are there."""

OUTAGES = [*network.FAULTS, *power.FAULTS]
"""Of boards that cannot be reached for a while, or that have to rest."""


def name(fault: Fault) -> str:
    """For pytest's own list."""
    return re.sub(r"\W+", "-", fault.title)
