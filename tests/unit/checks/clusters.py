"""A cluster of three boards, played for checks: what each command and each page answers."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from picluster.checks.cluster import Cluster
from picluster.contact.ssh import LoginError, Result
from picluster.plan.plan import make_plan
from tests.unit.plan.clusters import cluster as config_of

BOARDS: tuple[dict[str, Any], ...] = (
    {"name": "pi8", "memory_gb": 8},
    {"name": "pi4", "memory_gb": 4},
    {"name": "pi1a", "memory_gb": 1, "model": "3B+"},
)

Answer = Callable[[str], Result]


def said(output: str = "", code: int = 0, errors: str = "") -> Result:
    """How a command ended."""
    return Result(code, output, errors)


def silence(command: str) -> Result:
    """A connection that breaks."""
    raise LoginError("the connection broke (no answer); try again")


def cluster(
    answers: Mapping[str, Answer] | None = None, *, quick: bool = False, **tables: Any
) -> Cluster:
    """The cluster, with the boards that answer: all of them with nothing, where none is given.

    + answers: what a board's shell answers to a command, by the board's name
    """
    config = config_of(*BOARDS, **tables)
    given = {name: (lambda _: said()) for name in ("pi8", "pi4", "pi1a")}
    logins = answers if answers is not None else given
    made = Cluster(
        config, make_plan(config), Path("/nowhere"), Path("/nowhere"), ExitStack(), quick=quick
    )
    for name, answer in logins.items():
        run = SimpleNamespace(run=lambda command, stdin=b"", answer=answer: answer(command))
        made.logins[name] = cast(Any, run)
    return made
