"""One board after the other, as long as all is well."""

from collections.abc import Callable, Iterator

import gevent
import pytest
from gevent import Greenlet
from pyinfra.context import ctx_host

from operations import peers, rolling
from tests.operations.board import playing
from tests.operations.played_swarm import DOWN_AFTER, PlayedSwarm

MANAGERS = ["pi8", "pi4", "pi2a"]
BOARDS = [*MANAGERS, "pi1a", "pi1b"]


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """Each test is a run of its own."""
    yield
    rolling._unwell.clear()
    peers.forget()


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> PlayedSwarm:
    """Five boards in one Swarm."""
    return PlayedSwarm(*BOARDS).install(monkeypatch).form(*MANAGERS)


def step(played: PlayedSwarm, name: str, action: Callable[[], bool] = lambda: True) -> bool:
    """A step of one board, as a run does it."""
    hosts = [played.host(other) for other in BOARDS if other != name]
    host = played.host(name)
    with playing(host, *hosts, executing=True, keep=True) as state:
        return rolling.step(state, host, MANAGERS, "Docker restarts", action)  # type: ignore[arg-type]


def restart(played: PlayedSwarm, name: str, seconds: float = 20) -> Callable[[], bool]:
    """Takes the engine away; it comes back after a while."""

    def act() -> bool:
        board = played.boards[name]
        board.engine = "stopped"
        played._in(DOWN_AFTER, lambda: played.change(name, state="down"))
        played._in(seconds, lambda: setattr(board, "engine", "running"))
        played._in(seconds + 5, lambda: played.change(name, state="ready"))
        return True

    return act


def _never() -> bool:
    raise AssertionError("the step must not begin")


def test_one_board_after_the_other(played: PlayedSwarm) -> None:
    seen: list[str] = []
    for name in BOARDS:
        assert step(played, name, restart(played, name))
        assert played.entry(name)["state"] == "ready"
        assert played.boards[name].engine == "running"
        seen.append(name)
    assert seen == BOARDS
    assert played.now >= 25 * len(BOARDS)


def test_a_step_ends_when_the_swarm_sees_the_board_again(played: PlayedSwarm) -> None:
    # The managers notice after a while only that it is away: until then it is ready to them.
    assert step(played, "pi1a", restart(played, "pi1a", seconds=8))
    assert played.now >= 8
    assert step(played, "pi8", restart(played, "pi8", seconds=100))
    assert played.now >= 8 + 105


def test_never_two_at_once(played: PlayedSwarm, monkeypatch: pytest.MonkeyPatch) -> None:
    running: list[str] = []
    most: list[int] = []

    def slowly(seconds: float) -> None:
        gevent.sleep(0)
        played.sleep(seconds)

    monkeypatch.setattr("time.sleep", slowly)

    def action(name: str) -> Callable[[], bool]:
        def act() -> bool:
            running.append(name)
            restart(played, name)()
            for _ in range(5):
                gevent.sleep(0)
            most.append(len(running))
            running.remove(name)
            return True

        return act

    # One state for all, as in a run; each host's code in a greenlet of its own.
    hosts = {name: played.host(name) for name in BOARDS}

    def run(name: str) -> bool:
        with ctx_host.use(hosts[name]):
            return rolling.step(state, hosts[name], MANAGERS, "Docker restarts", action(name))  # type: ignore[arg-type]

    with playing(*hosts.values(), executing=True, keep=True) as state:
        greenlets: list[Greenlet] = [gevent.spawn(run, name) for name in BOARDS]
        gevent.joinall(greenlets, timeout=20)
    assert [greenlet.value for greenlet in greenlets] == [True] * len(BOARDS)
    assert most == [1] * len(BOARDS)


def test_the_roll_stops_after_a_step_that_failed(
    played: PlayedSwarm, caplog: pytest.LogCaptureFixture
) -> None:
    assert not step(played, "pi1a", lambda: False)
    for name in ("pi8", "pi1b"):
        assert not step(played, name, _never)
    assert "Docker restarts not: pi1a did not end its step well; mend that" in caplog.text
    # The board itself may try again, and then the others go on.
    assert step(played, "pi1a")
    assert step(played, "pi8", restart(played, "pi8"))


def test_the_roll_stops_after_a_step_that_broke(played: PlayedSwarm) -> None:
    def breaks() -> bool:
        raise OSError("the connection broke")

    with pytest.raises(OSError, match="broke"):
        step(played, "pi1a", breaks)
    assert not step(played, "pi8", _never)


@pytest.mark.parametrize("name", ["pi8", "pi1a"])
def test_the_roll_stops_after_a_board_that_stays_away(
    played: PlayedSwarm, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert not step(played, name, restart(played, name, seconds=10_000))
    seconds = rolling.WELL_SECONDS
    assert seconds <= played.now < seconds + 5
    assert f"its engine is stopped, and not active in its Swarm, {seconds} seconds" in caplog.text
    assert not step(played, "pi4", _never)


def test_a_board_that_does_not_answer_after_its_step(
    played: PlayedSwarm, caplog: pytest.LogCaptureFixture
) -> None:
    def loses_its_power() -> bool:
        played.lose("pi1a")
        return True

    assert not step(played, "pi1a", loses_its_power)
    assert "it does not answer, " in caplog.text


def test_a_manager_has_to_manage_again(
    played: PlayedSwarm, caplog: pytest.LogCaptureFixture
) -> None:
    def loses_its_leader() -> bool:
        board = played.boards["pi8"]
        leads = played.leads
        played.leads = lambda name: name != "pi8" and leads(name)  # type: ignore[method-assign]
        played._in(30, lambda: setattr(played, "leads", leads))
        return board.is_manager

    assert step(played, "pi8", loses_its_leader)
    assert played.now >= 30


@pytest.mark.parametrize("name", MANAGERS[1:])
def test_no_manager_goes_while_another_is_away(
    played: PlayedSwarm, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    played.lose("pi8")
    assert not step(played, name, _never)
    assert "1 of 3 managers would be left, too few to agree; bring pi8 back first" in caplog.text
    assert step(played, "pi1a", restart(played, "pi1a")), "a worker is no loss to them"


def test_nobody_goes_while_another_engine_stands_still(
    played: PlayedSwarm, caplog: pytest.LogCaptureFixture
) -> None:
    played.boards["pi1b"].engine = "stopped"
    assert not step(played, "pi1a", _never)
    assert "Docker restarts not: the engine of pi1b is stopped" in caplog.text
    assert step(played, "pi1b", restart(played, "pi1b")), "its own step starts it"


def test_nobody_goes_without_a_quorum(
    played: PlayedSwarm, caplog: pytest.LogCaptureFixture
) -> None:
    played.lose("pi8")
    played.lose("pi4")
    for name in ("pi2a", "pi1a"):
        assert not step(played, name, _never)
    assert "lost its quorum" in caplog.text


def test_each_step_looks_anew(played: PlayedSwarm) -> None:
    """pyinfra goes on with the next board after one has failed, whatever happened meanwhile."""
    assert step(played, "pi4")
    played.lose("pi8")
    assert not step(played, "pi2a", _never)
    assert not peers._answers, "nothing of it is kept for what comes next"


def test_boards_without_a_swarm(monkeypatch: pytest.MonkeyPatch) -> None:
    played = PlayedSwarm(*BOARDS).install(monkeypatch)
    assert [step(played, name) for name in BOARDS] == [True] * len(BOARDS)
    assert played.now == 0
