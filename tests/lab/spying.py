"""Everything that somebody on the computers could see while a run goes on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class CommandLines:
    """The command lines of all processes, the boards' among them, collected until it ends."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._collect)

    def _collect(self) -> None:
        while not self._end.is_set():
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    self.seen.add(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
                except OSError:
                    continue  # it has ended meanwhile

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self) -> None:
        """Ends; `seen` holds all that were there."""
        self._end.set()
        self._thread.join()


@contextmanager
def command_lines() -> Iterator[CommandLines]:
    """Collects while the block runs."""
    spy = CommandLines()
    spy.start()
    try:
        yield spy
    finally:
        spy.stop()
