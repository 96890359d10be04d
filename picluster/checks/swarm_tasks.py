"""Tasks of the Swarm's services, and which of them a board that nobody can ask accounts for."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

FORMAT = "task|{{.Name}}|{{.Node}}|{{.DesiredState}}|{{.CurrentState}}"
"""For `docker service ps`, which lists the tasks of a slot one after the other, newest first."""

_HOSTNAME = re.compile(r"node\.hostname\s*([=!]=)\s*(\S+)")


@dataclass(frozen=True, slots=True)
class Task:
    """A task, whether it runs or is history."""

    slot: str
    """Name that it shares with those before it: of its service, and a number or a node."""
    board: str
    """Empty where the Swarm has found none for it so far."""
    is_wanted: bool
    """Whether it is to run, now or soon."""
    runs: bool

    @property
    def service(self) -> str:
        """Name of its service."""
        return self.slot.rpartition(".")[0]


def parse_task(line: str) -> Task | None:
    """From a line in FORMAT; None for another line, and for a task that is being taken away."""
    match line.split("|"):
        case ["task", slot, board, desired, current] if desired != "Remove":
            runs = desired == "Running" and current.startswith("Running")
            return Task(slot, board, desired in {"Running", "Ready"}, runs)
    return None


@dataclass(frozen=True, slots=True)
class Slots:
    """The slots of one service."""

    running: dict[str, str]
    """Those with a running task, to the board; a board that answers."""
    excused: frozenset[str]
    """Those without, which may be for want of a board that does not answer."""
    stuck: dict[str, str]
    """Those without, which is not, to the board that the task is for; empty where there is none."""


def slots(tasks: Iterable[Task], silent: Collection[str], takers: Collection[str]) -> Slots:
    """Sorts the slots of one service.

    + silent: boards that do not answer
    + takers: those of them that its tasks may go to
    """
    histories: dict[str, list[Task]] = {}
    for task in tasks:
        histories.setdefault(task.slot, []).append(task)
    running = {
        task.slot: task.board
        for history in histories.values()
        for task in history
        if task.runs and task.board not in silent
    }
    missing = {slot: history for slot, history in histories.items() if slot not in running}
    excused = {slot for slot, history in missing.items() if _is_excused(history, silent, takers)}
    stuck = {
        slot: history[0].board
        for slot, history in missing.items()
        if history[0].is_wanted and slot not in excused
    }
    return Slots(running, frozenset(excused), stuck)


def _is_excused(history: Sequence[Task], silent: Collection[str], takers: Collection[str]) -> bool:
    """Whether a task is away, or on its way to another board, for want of a silent one.

    One that fails again and again is not: the task before it was on a board that answers, too.
    """
    boards = [task.board for task in history if task.board]
    if not boards:
        return bool(takers)
    is_placed = bool(history[0].board)
    return any(board in silent for board in boards[: 2 if is_placed else 1])


def takers(
    boards: Iterable[str], active: Collection[str], constraints: Iterable[str]
) -> frozenset[str]:
    """Boards that a service's tasks may go to, as far as names tell; labels are not looked at.

    + active: boards that take tasks at all
    + constraints: of the service's placement
    """
    named = [found for text in constraints if (found := _HOSTNAME.fullmatch(text.strip()))]
    return frozenset(
        board
        for board in boards
        if board in active
        and all((found[2].lower() == board) == (found[1] == "==") for found in named)
    )
