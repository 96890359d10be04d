"""A number of the plan with its reason, for people to read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the plan that belongs to no single node."""

    what: str
    value: str
    reason: str
