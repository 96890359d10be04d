"""What is to be done with a daemon that runs, by what is found of it."""

from typing import TypedDict


class Running(TypedDict):
    """As much of a unit's state as counts; the fact says more."""

    active: bool
    starting: bool
    started_with: str | None
    replaced: bool


def reason_to_restart(digest: str, found: Running) -> str | None:
    """Why a daemon that runs has to start anew; None where it runs as wished, or is down.

    One that ended because another one was not there yet, as after a power cut, is tried again and
    again by systemd: it has to start anew only where it tries with other settings than wished.

    + digest: that it is to have noted at its start; empty for one that notes none
    """
    if not found["active"] and not (found["starting"] and found["started_with"]):
        return None
    if found["replaced"]:
        return "runs a program that was removed or replaced since"
    if digest and found["started_with"] != digest:
        return "was started with other settings than wished"
    return None
