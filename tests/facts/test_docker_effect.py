"""The command that tries memory limits, with a docker that answers as told."""

import shlex
from pathlib import Path

import pytest

from facts.docker_effect import VERIFIED, LimitState, MemoryLimit
from tests.facts.shell import tool, write
from tests.facts.systemd_board import ask, board_with_systemd

DOCKER = r"""echo "docker $*" >>{root}/calls
case "$1" in
import) tar -t >{root}/image; echo sha256:5b19 ;;
run) echo "WARNING: words"; echo "of two lines" >&2; exit {code} ;;
esac"""


def _limit(root: Path, code: int) -> LimitState:
    tool(root / "bin", "docker", DOCKER.format(root=root, code=code))
    (root / "run/picluster").mkdir(exist_ok=True)
    state: LimitState = ask(root, MemoryLimit())
    return state


def _calls(root: Path) -> list[list[str]]:
    calls = root / "calls"
    return [shlex.split(line)[1:] for line in calls.read_text().splitlines() if calls.exists()]


@pytest.fixture
def running(tmp_path: Path) -> Path:
    """A board whose engine runs."""
    root = board_with_systemd(tmp_path)
    write(root, {"/active": "", "/invocation": "abc\n"})
    return root


def test_limits_are_tried_once_for_each_start(running: Path) -> None:
    assert _limit(running, 137)["complaint"] is None
    assert (running / VERIFIED.lstrip("/")).read_text() == "abc\n"
    first = _calls(running)
    assert [call[0] for call in first] == ["import", "run", "rm", "rmi"]
    assert _limit(running, 0)["complaint"] is None
    assert _calls(running) == first
    (running / "invocation").write_text("def\n")
    assert "16 MB" in str(_limit(running, 0)["complaint"])


def test_the_container_is_bounded_and_taken_away(running: Path) -> None:
    _limit(running, 137)
    calls = {call[0]: call for call in _calls(running)}
    words = calls["run"]
    for option, value in {"--memory": "16m", "--memory-swap": "16m", "--network": "none"}.items():
        assert words[words.index(option) + 1] == value
    assert "--rm" in words
    assert "count=1" in words
    assert calls["rm"][-1] == words[words.index("--name") + 1]
    assert calls["rmi"][-1] == "sha256:5b19"
    image = (running / "image").read_text().splitlines()
    assert any(path.endswith("/dd") for path in image)
    assert any("libc.so" in path for path in image)


@pytest.mark.parametrize(("code", "words"), [(0, "cgroup_enable=memory"), (125, "exit code 125")])
def test_limits_that_do_not_hold(code: int, words: str, running: Path) -> None:
    complaint = str(_limit(running, code)["complaint"])
    assert words in complaint
    assert complaint.endswith("WARNING: words of two lines")
    assert not (running / VERIFIED.lstrip("/")).exists()


def test_an_engine_that_does_not_run_is_not_asked(running: Path) -> None:
    (running / "active").unlink()
    assert "does not run" in str(_limit(running, 137)["complaint"])
    assert not (running / "calls").exists()
