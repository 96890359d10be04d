"""The table of pages: told once, while a run executes, and never a change."""

import logging

import pytest
from typing_extensions import override

from operations import tell
from tests.operations.board import Outcome, PlayedHost, call, known, outcome_of, playing

ROWS = [
    ["Portainer", "https://192.0.2.1:9443/", "the Swarm"],
    ["HDFS", "http://192.0.2.2:9870/", "files"],
]


def told_by(
    names: list[str], failed: frozenset[str] = frozenset(), executing: bool = True
) -> list[str]:
    """Names of the hosts that tell."""
    hosts = [PlayedHost(known({}), name=name) for name in names]
    speakers = []
    for host in hosts:
        others = [other for other in hosts if other is not host]
        handler = _Heard()
        logger = logging.getLogger("pyinfra")
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        try:
            with playing(host, *others, executing=executing) as state:
                state.failed_hosts.update(other for other in hosts if other.name in failed)
                state.inventory.hosts = {other.name: other for other in hosts}
                outcome = outcome_of(tell.pages, host, rows=ROWS)
        finally:
            logger.removeHandler(handler)
        assert (outcome.commands, outcome.failed) == ([], False)
        assert outcome.noop is not None
        speakers += [host.name] * sum("Pages of the cluster" in line for line in handler.lines)
    return speakers


class _Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def test_one_host_tells() -> None:
    assert told_by(["pi8", "pi4", "pi1a"]) == ["pi8"]


def test_a_failed_host_leaves_it_to_the_next() -> None:
    assert told_by(["pi8", "pi4", "pi1a"], failed=frozenset({"pi8"})) == ["pi4"]


def test_nobody_tells_while_changes_are_looked_for() -> None:
    assert told_by(["pi8", "pi4"], executing=False) == []


def test_the_table_is_lined_up() -> None:
    assert tell.lines(ROWS) == [
        "Pages of the cluster:",
        "    Portainer  https://192.0.2.1:9443/  the Swarm",
        "    HDFS       http://192.0.2.2:9870/   files",
    ]


def test_nothing_moves_the_cursor() -> None:
    assert tell.lines([["a\x1b[2J", "b\n", "c"]])[1] == "    a?[2J  b?  c"


@pytest.mark.parametrize("rows", ["x", [["a", "b"]], [["a", "b", 3]], [None], {"a": "b"}])
def test_something_else_than_rows_is_refused(rows: object) -> None:
    assert call(tell.pages, known({}), executing=True, rows=rows) == Outcome(failed=True)
