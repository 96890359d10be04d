"""Outcomes for people and for programs."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from picluster.checks.running import Outcome

_COLOURS = {"passed": "green", "failed": "red", "skipped": "yellow"}


def table(outcomes: Sequence[Outcome]) -> Table:
    """A row for each check."""
    made = Table()
    for heading in ("check", "result"):
        made.add_column(heading)
    made.add_column("s", justify="right")
    made.add_column("found")
    for one in outcomes:
        made.add_row(
            one.check.title,
            f"[{_COLOURS[one.verdict.state]}]{one.verdict.state}[/]",
            f"{one.seconds:.1f}",
            escape("see below" if one.verdict.problems else one.verdict.found),
        )
    return made


def failures(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Reason and remedy of each problem, a line each."""
    for one in outcomes:
        if one.verdict.problems:
            yield f"{one.check.title} ({one.check.name}):"
        for problem in one.verdict.problems:
            yield f"  - {problem.reason}"
            yield f"    -> {problem.remedy}"


def line(outcome: Outcome) -> str:
    """A finished check in one line."""
    verdict = outcome.verdict
    shown = verdict.problems[0].reason if verdict.problems else verdict.found
    return f"{verdict.state:<8}{outcome.seconds:6.1f} s  {outcome.check.title}: {shown}"


def summary(outcomes: Sequence[Outcome], silent: Sequence[str], seconds: float) -> str:
    """The end of it all in one line."""
    states = [one.verdict.state for one in outcomes]
    counts = [f"{states.count(s)} {s}" for s in ("passed", "failed", "skipped") if s in states]
    left_out = f"; not asked, because no SSH login worked: {', '.join(silent)}" if silent else ""
    return f"{', '.join(counts)} in {seconds:.1f} s{left_out}"


def as_json(outcomes: Sequence[Outcome], silent: Sequence[str], seconds: float) -> dict[str, Any]:
    """Plain data; docs/check.md tells of it."""
    return {
        "passed": all(one.verdict.state != "failed" for one in outcomes),
        "seconds": round(seconds, 2),
        "not_asked": list(silent),
        "checks": [
            {
                "name": one.check.name,
                "title": one.check.title,
                "result": one.verdict.state,
                "seconds": round(one.seconds, 2),
                "found": one.verdict.found,
                "problems": [
                    {"reason": problem.reason, "remedy": problem.remedy}
                    for problem in one.verdict.problems
                ],
            }
            for one in outcomes
        ],
    }
