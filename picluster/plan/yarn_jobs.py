"""YARN's jobs that are not over, and which of them may be ended."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from picluster.plan.errors import UserError

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


_ID = re.compile(r"application_[0-9]{1,19}_[0-9]{1,19}")
"""As YARN makes them: the start of the ResourceManager, and the job's number since."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """Which jobs somebody has agreed to end."""

    ids: frozenset[str] = frozenset()
    all_of_them: bool = False
    """Whichever there are, also those that nobody has seen."""

    def others(self, jobs: Iterable[Job]) -> list[Job]:
        """Those that nobody has agreed to end."""
        return [] if self.all_of_them else [job for job in jobs if job["id"] not in self.ids]


def agreed_to(value: object) -> Agreed:
    """From a command line's `yes`, `no`, or IDs of jobs with commas between them.

    Raises UserError for anything else.
    """
    if value is None or value == "no":
        return Agreed()
    if value == "yes":
        return Agreed(all_of_them=True)
    ids = value.split(",") if isinstance(value, str) else []
    if not ids or not all(_ID.fullmatch(one) for one in ids):
        raise UserError(
            f"stop_jobs={value}: write yes, no, or the IDs of the jobs that may be ended, such as "
            "application_1700000000000_0001,application_1700000000000_0002"
        )
    return Agreed(frozenset(ids))


def is_id(text: str) -> bool:
    """Whether this is a job's ID."""
    return _ID.fullmatch(text) is not None


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
