"""A line of the tables of drifts."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from tests.conftest import LabUnderTest
from tests.lab.deploying import Announced

Spoil = str | Callable[[LabUnderTest], object]
"""A shell script that root runs on the drift's board, or what is done over the network."""


@dataclass(frozen=True)
class Drift:
    """Something done to a board by hand."""

    board: str
    spoil: Spoil
    announced: Announced
    """What the dry run has to announce, and the run to do; nothing else."""
    names: tuple[str, ...]
    """Patterns of the rows of `picluster drift`, as `board: what: found -> wanted`: each row is
    matched by one of them, each of them matches a row."""
    restarts: frozenset[str] = frozenset()
    """Units of this board that have to stop for it to be mended: all others go on."""
    reboots: bool = False
    """The board is rebooted after the script, and again by the run."""
    shows: Callable[[LabUnderTest], bool] = lambda lab: True
    """When what was done has its effect; waited for."""


def drift(
    service: str,
    board: str,
    spoil: Spoil,
    operations: Collection[str],
    names: Collection[str],
    *,
    elsewhere: Mapping[str, Collection[str]] | None = None,
    restarts: Collection[str] = (),
    reboots: bool = False,
    shows: Callable[[LabUnderTest], bool] = lambda lab: True,
) -> Drift:
    """A line; operations are the service's own and run on the drift's board.

    + elsewhere: other operations, with their service, to the boards that they run on
    """
    own = {f"{service} | {operation}": frozenset({board}) for operation in operations}
    others = {operation: frozenset(boards) for operation, boards in (elsewhere or {}).items()}
    return Drift(
        board, spoil, own | others, tuple(names), frozenset(restarts), reboots=reboots, shows=shows
    )
