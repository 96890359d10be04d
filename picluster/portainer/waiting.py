"""Trying again until a server is there."""

import time
from collections.abc import Callable
from typing import TypeVar

from picluster.portainer.errors import InitialisationTimeoutError, PortainerError

T = TypeVar("T")
Progress = Callable[[str], None]

POLL_SECONDS = 1.0


def until(attempt: Callable[[], T], seconds: float, progress: Progress | None) -> T:
    """Tries until it works. Raises the last PortainerError when the time is over.

    + progress: is told what is waited for, each time that it is something else

    Raises InitialisationTimeoutError at once: waiting does not end that.
    """
    deadline = time.monotonic() + seconds
    told = ""
    while True:
        try:
            return attempt()
        except InitialisationTimeoutError:
            raise
        except PortainerError as error:
            if time.monotonic() >= deadline:
                raise
            if progress is not None and str(error) != told:
                told = str(error)
                progress(told)
        time.sleep(POLL_SECONDS)
