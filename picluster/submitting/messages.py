"""What the job-runner says of a job, taken out of the job's own standard error."""

import json
from collections.abc import Iterator
from typing import IO, Any

from pydantic import BaseModel, ConfigDict, ValidationError

MARK = b"\x1e"
"""Begins a line that is a message."""


class Message(BaseModel):
    """One message; what it does not speak of is None."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    ready: bool | None = None
    """The job-runner waits for the order."""
    received: bool | None = None
    """It has the order and all files."""
    missing: list[str] | None = None
    """Programs that the board does not have."""
    unkept: str | None = None
    """Why it could not keep the order's files; nothing was run then."""
    application: str | None = None
    """YARN's name of it; told with the state, anew for each change."""
    state: str | None = None
    attempt: str | None = None
    killing: bool | None = None
    unconfirmed: bool | None = None
    """YARN was asked to kill it, and has not said that it is dead."""
    unfetched: bool | None = None
    """What the driver wrote could not be had from YARN, in cluster mode."""
    failed: str | None = None
    """YARN's words on why it failed, of an application in cluster mode."""
    log: str = ""
    """End of its driver's standard error."""
    ended: int | None = None
    """The exit code; the last message."""


def split(stream: IO[bytes]) -> Iterator[Message | bytes]:
    """The lines of a standard error: messages, and all else as it came."""
    for line in iter(stream.readline, b""):
        if line.startswith(MARK):
            found = _message(line)
            if found is not None:
                yield found
                continue
        yield line


def _message(line: bytes) -> Message | None:
    try:
        found: Any = json.loads(line[len(MARK) :])
        return Message.model_validate(found)
    except (ValueError, ValidationError):
        return None
