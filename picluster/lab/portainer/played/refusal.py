"""Answers that refuse."""

from dataclasses import dataclass


@dataclass
class RefusedError(Exception):
    """A status and the two texts of its body; details equal the message when none are given."""

    status: int
    message: str
    details: str = ""


def invalid(details: str) -> RefusedError:
    """400 for a body that is not as it has to be."""
    return RefusedError(400, "Invalid request payload", details)
