"""Reasons to end the process, and what goes to its log."""

import json
import sys


class FatalError(Exception):
    """Ends the process with code 1; its text is the last line of the log."""


def fatal(message: str, cause: object = None) -> FatalError:
    """The end of the process as the real one logs it."""
    fields = {"level": "fatal", "message": message}
    return FatalError(json.dumps(fields if cause is None else fields | {"error": str(cause)}))


def log(level: str, message: str, **fields: object) -> None:
    """One line of the log."""
    print(json.dumps({"level": level, "message": message, **fields}), file=sys.stderr, flush=True)
