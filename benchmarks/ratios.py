"""What measured seconds of several ways to do the same say about each other."""

import statistics
from collections.abc import Sequence


def spread(numbers: Sequence[float], digits: int = 1) -> str:
    """Median, and the span where there is one: `12.3 (11.0 to 14.2)`."""
    middle = f"{statistics.median(numbers):.{digits}f}"
    if len(numbers) < 2:
        return middle
    return f"{middle} ({min(numbers):.{digits}f} to {max(numbers):.{digits}f})"


def ratios(numbers: Sequence[float], to: Sequence[float]) -> list[float]:
    """Of each repetition, whose two runs were neighbours in time, the first's share of the second.

    Raises ValueError where there are not as many of both.
    """
    return [one / other for one, other in zip(numbers, to, strict=True)]
