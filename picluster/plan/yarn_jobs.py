"""YARN's jobs that are not over."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

SHOWN = 5
"""So many jobs are named; of more their number is told."""


class Job(TypedDict):
    """An application of YARN."""

    id: str
    """Such as application_1700000000000_0001."""
    name: str
    user: str
    state: str


class JobsState(TypedDict):
    """What a ResourceManager has to do."""

    active: bool
    """Whether it runs."""
    jobs: list[Job] | None
    """Those that are not over; None where it does not tell."""


def jobs_of(page: Mapping[str, Any]) -> list[Job]:
    """From the ResourceManager's page of applications.

    Raises KeyError, TypeError or AttributeError for another page.
    """
    listed = (page["apps"] or {}).get("app") or []
    # Of a single one, with some versions, that one itself.
    listed = [listed] if isinstance(listed, dict) else listed
    return [
        Job(
            id=str(one["id"]),
            name=_shown(str(one["name"])),
            user=str(one["user"]),
            state=str(one["state"]),
        )
        for one in listed
    ]


def _shown(name: str) -> str:
    """In one line, and without what would move a terminal's cursor."""
    line = " ".join(name.split())[:60]
    return "".join(letter if letter.isprintable() else "?" for letter in line)


def named(jobs: Sequence[Job]) -> str:
    """Such as `word_count.py of pi (RUNNING, application_1_0001)`, the first few of them."""
    words = [
        f"{job['name']} of {job['user']} ({job['state']}, {job['id']})" for job in jobs[:SHOWN]
    ]
    if len(jobs) > SHOWN:
        words.append(f"and {len(jobs) - SHOWN} more")
    return ", ".join(words)
