"""The home page goes to another board, and away: what was left behind, and where figures go."""

from collections.abc import Iterator

import pytest
import tomlkit

from tests.conftest import LabUnderTest, blank_boards
from tests.lab import accidents, deploying, home_seen, seen, wishing

LEFT = f"ls -d /etc/picluster-home /run/picluster-home /etc/systemd/system/{home_seen.UNIT}"
OWN = {
    "Home | Stop a home page that is elsewhere now",
    "Home | Write the home page",
    "Home | Install the web server",
    "Home | Serve the home page",
}


@pytest.fixture(scope="module")
def three() -> Iterator[LabUnderTest]:
    """Three boards with all but Hadoop, which has no part in this."""
    with blank_boards(3) as under_test:
        for service in ("spark", "yarn", "hdfs", "portainer"):
            wishing.wish(under_test, service, enabled=False)
        run = deploying.apply(under_test.environment)
        assert (run.code, run.errors) == (0, 0), run.log
        yield under_test


def _pin(under_test: LabUnderTest, board: str) -> None:
    path = under_test.lab.cluster_toml
    document = tomlkit.parse(path.read_text())
    for node in document["node"]:
        node["roles"] = ["home"] if node["name"] == board else []
    path.write_text(tomlkit.dumps(document))


def _follows(under_test: LabUnderTest) -> deploying.Run:
    """A run that does what was announced; the next one has nothing left to do."""
    dry = deploying.dry_run(under_test.environment)
    run = deploying.apply(under_test.environment)
    assert (run.code, run.executed) == (0, dry.announced), run.log
    again = deploying.apply(under_test.environment)
    assert (again.code, again.changes) == (0, 0), again.executed
    return run


def _is_away(under_test: LabUnderTest, board: str) -> bool:
    script = f"{LEFT} 2>/dev/null; systemctl is-active {home_seen.UNIT} nginx.service || :"
    return set(seen.shell(under_test.boards[board], script).split()) == {"inactive"}


def test_it_moves_with_its_role(three: LabUnderTest) -> None:
    former = home_seen.board(three)
    assert home_seen.get(three).status_code == 200
    _pin(three, "pi1a")
    run = _follows(three)
    assert set(run.executed) >= OWN
    assert run.executed["Home | Stop a home page that is elsewhere now"] == {"pi2a"}
    assert run.executed["Home | Write the home page"] == {"pi1a"}
    assert former.name == three.boards["pi2a"].name
    assert _is_away(three, "pi2a")
    home_seen.wait_until_fresh(three)


def test_it_comes_back_with_a_reboot_and_debian_s_page_does_not(three: LabUnderTest) -> None:
    three.lab.restart("pi1a")
    accidents.wait_for(lambda: _answers(three), "the home page does not come back")
    board = home_seen.board(three)
    assert seen.shell(board, "systemctl is-active nginx.service || :").strip() == "inactive"
    home_seen.wait_until_fresh(three)


def _answers(under_test: LabUnderTest) -> bool:
    try:
        return "data-board" in home_seen.get(under_test).text
    except OSError:
        return False


def test_without_the_watch_it_shows_boards_alone(three: LabUnderTest) -> None:
    wishing.wish(three, "thermal", enabled=False)
    _follows(three)
    page = home_seen.get(three).text
    assert 'data-board="pi8"' in page
    assert "figures.js" not in page
    assert home_seen.get(three, "boards/pi8.json").status_code == 404
    assert home_seen.put(three, "pi8", "boards/pi8.json", "{}") == 403
    wishing.wish(three, "thermal", enabled=True)
    _follows(three)
    home_seen.wait_until_fresh(three)


def test_another_port(three: LabUnderTest) -> None:
    wishing.wish(three, "home", port=8000)
    _follows(three)
    assert home_seen.url(three).endswith(":8000/")
    home_seen.wait_until_fresh(three)


def test_off_it_is_gone_and_nobody_hands_anything_in(three: LabUnderTest) -> None:
    wishing.wish(three, "home", enabled=False)
    _follows(three)
    for name, board in three.boards.items():
        assert _is_away(three, name), name
        watch = seen.shell(board, "cat /usr/local/lib/picluster/thermal-watch")
        assert "report_to=''" in watch
