"""The job-runner on the head board, reached over SSH: the order goes in, the output comes out."""

import contextlib
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import IO, cast

from picluster.submitting.messages import split
from picluster.submitting.order import Order, OrderError
from picluster.submitting.telling import Telling

RUNNER = "/usr/local/lib/picluster/job-runner"
ALIVE_SECONDS = 15.0
"""Between two signs of life: the job-runner gives up after four of them."""


class Session:
    """A job on its way. `start`, then `wait`; `kill` and `leave` in between.

    + command: the ssh process
    + manager: URL of the ResourceManager's page
    """

    def __init__(self, command: Sequence[str], order: Order, manager: str, tell: Telling) -> None:
        self._order = order
        self._manager = manager
        self._telling = tell
        self._over = threading.Event()
        self._writing = threading.Lock()
        self._is_killed = False
        self.problem: OrderError | None = None
        """Why the order could not be sent."""
        self.said = b""
        """Standard error until the job-runner answered: words of ssh or of the board's shell."""
        # In a session of its own, so that Ctrl-C at the terminal does not end it.
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )
        self._input = cast(IO[bytes], self._process.stdin)
        errors = cast(IO[bytes], self._process.stderr)
        self._threads = [
            threading.Thread(target=self._feed, daemon=True),
            threading.Thread(target=self._listen, args=(errors,), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def wait(self) -> int:
        """Returns when all is over; ssh's exit code."""
        code = self._process.wait()
        self._over.set()
        for thread in self._threads:
            thread.join()
        return code

    def kill(self) -> None:
        """Asks for the end of the application; it is over when `wait` returns."""
        self._is_killed = True
        with self._writing, contextlib.suppress(OSError, ValueError):
            self._input.write(b"K")
            self._input.flush()

    def leave(self) -> None:
        """Goes away at once; what the board was asked for it still does."""
        self._process.kill()

    def _feed(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            if self._send_order():
                while not self._over.wait(ALIVE_SECONDS):
                    self._write(b".")
        with contextlib.suppress(OSError):
            self._input.close()

    def _send_order(self) -> bool:
        """Whether all of it went out."""
        try:
            sizes = self._order.sizes()
            self._write(self._order.header(self._manager, sizes))
            for data in self._order.content(sizes):
                if self._is_killed:
                    return False
                self._write(data)
        except OrderError as error:
            self.problem = error
            return False
        if self._is_killed:
            self._write(b"K")
        return True

    def _write(self, data: bytes) -> None:
        with self._writing:
            self._input.write(data)
            self._input.flush()

    def _listen(self, stream: IO[bytes]) -> None:
        for found in split(stream):
            if not isinstance(found, bytes):
                self._telling.hear(found)
            elif self._telling.ready:
                self._telling.overhear(found)
                sys.stderr.buffer.write(found)
                sys.stderr.buffer.flush()
            else:
                self.said += found
