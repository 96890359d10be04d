"""A lab of three boards, made blank, converged once and shared by all its tests."""

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType

import pytest
from docker.models.containers import Container
from gevent import monkey
from hypothesis import settings

from picluster.lab import machine
from picluster.lab.lab import Lab
from tests.lab import deploying, seen, traffic

# Machines are noisy: no example fails because it took long.
settings.register_profile("picluster", deadline=None)
settings.load_profile("picluster")


@dataclass
class LabUnderTest:
    """The lab and how commands are pointed at it."""

    lab: Lab
    environment: dict[str, str]

    @property
    def boards(self) -> dict[str, Container]:
        """The boards' containers by name."""
        return {machine.board_of(c).name: c for c in self.lab.containers()}


@dataclass
class History:
    """The three runs from blank boards to a converged lab, and the boards before and after."""

    blank: dict[str, set[str]]
    after_dry: dict[str, set[str]]
    dry: deploying.Run
    first: deploying.Run
    second: deploying.Run
    result: dict[str, str]
    sent_bytes: int
    """By this computer to the boards, in the first run."""

    def came_to_rest(self) -> None:
        """The second run changed nothing; else the message names what it changed."""
        changed = self.second.executed
        assert not changed, f"the second run changed {changed}:\n{self.second.log}"


def pytest_configure(config: pytest.Config) -> None:
    """Removes what an earlier session left, before gevent's way to close files is in force."""
    if config.option.basetemp:
        shutil.rmtree(config.option.basetemp, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish() -> None:
    """Lets pytest remove old folders.

    gevent, which pyinfra patches in, closes a folder only when its loop runs: whoever removes more
    of them at once than a process may have open is told so.
    """
    os.close = monkey.get_original("os", "close")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Folders say what a test needs: `lab` a lab of three, `shards` more than CI has time for."""
    for item in items:
        folder = item.path.relative_to(deploying.ROOT).parts[1]
        if folder in {"lab", "shards", "container"}:
            item.add_marker(pytest.mark.lab)
        if folder == "shards":
            item.add_marker(pytest.mark.shard)


def own_lab() -> Lab:
    """A lab of the tests' own, never the user's."""
    if not re.fullmatch("test(-.*)?", os.environ.get("PICLUSTER_LAB", "")):
        os.environ["PICLUSTER_LAB"] = "test"
    return Lab.open(print, may_start=True)


def environment_of(lab: Lab) -> dict[str, str]:
    """What points commands at this lab."""
    return {"PICLUSTER_LAB": lab.name, "PICLUSTER_CONFIG": str(lab.cluster_toml)}


@contextmanager
def blank_boards(
    count: int, releases: Mapping[str, str] = MappingProxyType({})
) -> Iterator[LabUnderTest]:
    """That many boards, taken away at the end; with PICLUSTER_KEEP_LAB they stay."""
    lab = own_lab()
    lab.down()
    try:
        lab.up(count, releases)
        yield LabUnderTest(lab, environment_of(lab))
    finally:
        if "PICLUSTER_KEEP_LAB" not in os.environ:
            lab.down()


@pytest.fixture(scope="session")
def under_test() -> Iterator[LabUnderTest]:
    """Three blank boards."""
    with blank_boards(3) as lab:
        yield lab


@pytest.fixture(scope="session")
def lab(under_test: LabUnderTest) -> Lab:
    """The lab itself."""
    return under_test.lab


@pytest.fixture(scope="session")
def lab_environment(under_test: LabUnderTest) -> dict[str, str]:
    """Environment of commands that should meet this lab."""
    return under_test.environment


@pytest.fixture(scope="session")
def history(under_test: LabUnderTest) -> History:
    """Dry run, run and second run on blank boards."""
    environment = under_test.environment
    for board in under_test.boards.values():
        seen.let_sudo_be_used_once(board)
    blank = {name: seen.disk(board) for name, board in under_test.boards.items()}
    dry = deploying.dry_run(environment)
    after_dry = {name: seen.disk(board) for name, board in under_test.boards.items()}
    sent = traffic.sent_bytes(under_test.lab)
    first = deploying.apply(environment)
    sent = traffic.sent_bytes(under_test.lab) - sent
    second = deploying.apply(environment)
    result = {name: seen.result(board) for name, board in under_test.boards.items()}
    return History(blank, after_dry, dry, first, second, result, sent)


@pytest.fixture
def converged(under_test: LabUnderTest, history: History) -> LabUnderTest:
    """The lab as the deploy leaves it; each test leaves it so again."""
    history.came_to_rest()
    return under_test
