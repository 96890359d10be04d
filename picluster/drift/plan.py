"""pyinfra's plan of a dry run, `--dry --json`, joined with what its operations have noted."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from picluster.plan.drift import Difference
from picluster.plan.errors import UserError


@dataclass(frozen=True, slots=True)
class Planned:
    """An operation that would change boards."""

    operation: str
    operation_hash: str
    boards: tuple[str, ...]


def read_plan(text: str) -> list[Planned]:
    """The operations of a dry run in their order. Raises UserError for what is no plan."""
    try:
        return [_planned(operation) for operation in json.loads(text)["plan"]]
    except (ValueError, KeyError, TypeError):
        raise UserError("pyinfra gave no plan that can be read") from None


def _planned(operation: Mapping[str, Any]) -> Planned:
    boards = {*operation["hosts_with_change"], *operation["hosts_with_conditional_change"]}
    return Planned(min(operation["names"]), operation["op_hash"], tuple(sorted(boards)))


def rows(
    plan: Sequence[Planned], noted: Iterable[Difference], boards: Sequence[str]
) -> list[Difference]:
    """What would be changed: each board's in the order of the plan, the boards in their own order.

    What would be changed and was not noted has a row too: there must be none that nobody sees.
    """
    differences = [*noted]
    differences += _unnoted(plan, {(one.host, one.operation_hash) for one in differences})
    order = {planned.operation_hash: number for number, planned in enumerate(plan)}
    place = {board: number for number, board in enumerate(boards)}
    return sorted(
        differences,
        # Of an operation that is in no plan: its board was left alone in the middle of it.
        key=lambda one: (
            place.get(one.host, len(place)),
            order.get(one.operation_hash, len(order)),
        ),
    )


def _unnoted(plan: Iterable[Planned], noted: set[tuple[str, str]]) -> Iterator[Difference]:
    for planned in plan:
        for board in planned.boards:
            if (board, planned.operation_hash) not in noted:
                yield Difference(
                    board,
                    planned.operation,
                    planned.operation_hash,
                    what=planned.operation,
                    found="not as planned",
                    wanted="as planned",
                )
