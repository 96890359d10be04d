"""How a job goes on, for people: a line for each step, on standard error."""

import time
from collections.abc import Callable

from picluster.submitting.head import Head
from picluster.submitting.messages import Message

_STATES = {
    "ACCEPTED": "starts as soon as there is room",
    "RUNNING": "runs",
    "FINISHED": "is over",
    "FAILED": "failed",
    "KILLED": "is killed",
}


class Telling:
    """Turns messages into lines, and keeps what the end is judged by."""

    def __init__(self, head: Head, say: Callable[[str], None], *, cluster: bool) -> None:
        self._head = head
        self._say = say
        self._cluster = cluster
        self._started = time.monotonic()
        self._told = ""
        self._is_killed = False
        self.application: str | None = None
        self.ready = False
        self.is_safe_mode = False
        """Whether a line spoke of HDFS's safe mode."""
        self.missing: list[str] = []
        self.unkept: str | None = None
        self.code: int | None = None
        self.attempt: int | None = None

    def hear(self, message: Message) -> None:
        """Takes a message in."""
        self.ready = self.ready or bool(message.ready)
        self.missing += message.missing or []
        self.unkept = message.unkept or self.unkept
        if message.received:
            self._line(f"handed over to {self._head.node.name}")
        if message.application:
            self._application(message)
        if message.killing:
            self._is_killed = True
            self._line("killing it")
        if message.unconfirmed:
            self._line(
                "YARN has not confirmed that it is dead; look on the head board with: "
                f"yarn application -status {self.application}"
            )
        if message.unfetched:
            self._line(
                "its output could not be fetched from YARN; see it on the head board with: "
                f"yarn logs -applicationId {self.application}"
            )
        if message.failed is not None:
            self._failure(message)
        if message.ended is not None:
            self.code = message.ended

    def overhear(self, line: bytes) -> None:
        """Takes in a line of the job's or of Spark's own."""
        self.is_safe_mode = self.is_safe_mode or b"is in safe mode" in line

    def end(self) -> None:
        """The last lines: what may have been wrong, and where the application can be looked at."""
        if self.code and self.is_safe_mode:
            self._say(
                "HDFS is in safe mode, in which nothing can be written. After a start that ends "
                "within a minute; else see `hdfs dfsadmin -safemode get` on the head board"
            )
        if self.application is not None and not self._is_killed:
            attempt = (self.attempt or 1) if self._cluster else None
            self._line(f"from now on: {self._head.history_page(self.application, attempt)}")

    def _application(self, message: Message) -> None:
        if self.application is None:
            self.application = message.application or ""
            self._line(f"{self.application}: {self._head.page(self.application)}")
        if message.attempt:
            self.attempt = int(message.attempt.rpartition("_")[2])
        state = _STATES.get(message.state or "")
        again = f" (attempt {self.attempt})" if (self.attempt or 1) > 1 and self._cluster else ""
        if state is not None and state + again != self._told:
            self._told = state + again
            self._line(self._told)

    def _failure(self, message: Message) -> None:
        self.overhear(message.log.encode())
        if message.log:
            self._say("--- end of the driver's standard error")
            self._say(message.log.rstrip("\n"))
            self._say("---")
        if message.failed:
            # The rest of it is the same log again, in full and twice.
            why = message.failed.partition("\n")[0] if message.log else message.failed
            self._line(f"YARN says: {why}")

    def _line(self, text: str) -> None:
        self._say(f"{time.monotonic() - self._started:6.1f} s  {text}")
