"""Asking again until an answer is good."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_PAUSE_SECONDS = 1.0


def until(ask: Callable[[], T], is_good: Callable[[T], bool], seconds: float) -> T:
    """The first good answer, or the last one when the time is over."""
    deadline = time.monotonic() + seconds
    while not is_good(answer := ask()) and time.monotonic() < deadline:
        time.sleep(_PAUSE_SECONDS)
    return answer
