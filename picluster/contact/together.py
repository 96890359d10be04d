"""The same thing on many boards at once."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

from picluster.plan.errors import UserError

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


def together(
    items: Sequence[Item], action: Callable[[Item], Outcome]
) -> Iterator[tuple[Item, Outcome | UserError]]:
    """What the action returned, or the UserError it raised, for each item as it gets ready."""
    if not items:
        return
    with ThreadPoolExecutor(max_workers=len(items)) as pool:
        running = {pool.submit(action, item): item for item in items}
        for future in as_completed(running):
            try:
                yield running[future], future.result()
            except UserError as error:
                yield running[future], error
