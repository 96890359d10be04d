"""pyinfra's log of a shutdown: what it does, who went off, and what it warns of."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import click

from picluster.drift.log import Log

_OFF = re.compile(r"^\s*\[(?P<host>[^\]]+)\]\s+is off$")
_WARNED = re.compile(r"^\s*\[[^\]]+\]\s+(?P<what>(?:jobs run|HDFS): .*)$")
_DONE = re.compile(r"^\s*\[[^\]]+\]\s+Success$")
_STEP = re.compile(r"Starting operation: (?:.* \| )?(?P<step>[^|(]+)")


@dataclass
class Heard:
    """The log of one run, line by line."""

    step: Callable[[str], None]
    """Called with each step that begins."""
    is_off: Callable[[str], None] = lambda _name: None
    """Called with each board that went off."""
    log: Log = field(default_factory=Log)
    off: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    """Each once, although every board says it."""
    done: set[str] = field(default_factory=set)
    """Steps that have changed a board."""
    _now: str = ""

    def __call__(self, line: str) -> None:
        """Takes a line in."""
        self.log.add(line)
        line = click.unstyle(line).rstrip()
        if match := _OFF.match(line):
            self.off.append(match["host"])
            self.is_off(match["host"])
        elif match := _WARNED.match(line):
            if match["what"] not in self.warnings:
                self.warnings.append(match["what"])
        elif _DONE.match(line):
            self.done.add(self._now)
        elif match := _STEP.search(line):
            self._now = match["step"].strip()
            self.step(self._now)
