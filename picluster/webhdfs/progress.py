"""How far a transfer is: shown on a terminal, once it takes long enough to ask."""

import sys
import time
from collections.abc import Iterable, Iterator
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

PATIENCE_SECONDS = 2.0
"""What is over before that shows nothing."""


class Meter:
    """Counts the bytes that pass.

    + total: how many there will be
    """

    def __init__(self, total: int) -> None:
        self._started = time.monotonic()
        self._done = 0
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not sys.stderr.isatty(),
        )
        self._task = self._progress.add_task("", total=total)
        self._is_shown = False

    def __enter__(self) -> "Meter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def passing(self, pieces: Iterable[bytes], name: str) -> Iterator[bytes]:
        """The same pieces, counted as they go by.

        + name: of the file that they belong to
        """
        for piece in pieces:
            yield piece
            self._done += len(piece)
            self._progress.update(self._task, description=name, completed=self._done)
            if not self._is_shown and time.monotonic() - self._started > PATIENCE_SECONDS:
                self._is_shown = True
                self._progress.start()
