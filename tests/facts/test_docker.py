"""The engine fact's command, with a systemctl that answers as told."""

from pathlib import Path

import pytest
from pyinfra.api.exceptions import FactProcessError

from facts.docker import RECORD, Engine, EngineState
from tests.facts.shell import on_root, run, write
from tests.facts.systemd_board import ask, board_with_systemd

UNIT = """MainPID={pid}
ActiveState={active}
SubState={sub}
UnitFileState=enabled
NeedDaemonReload=no
InvocationID=abc
"""


def _unit(active: str = "active", sub: str = "running", pid: int = 0) -> str:
    return UNIT.format(active=active, sub=sub, pid=pid)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return board_with_systemd(tmp_path)


def _engine(root: Path, *answers: str, wait: int = 0) -> EngineState:
    for number, answer in enumerate(answers, 1):
        (root / f"answer{number}").write_text(f"{answer}\n{_unit(sub='containerd')}")
    state: EngineState = ask(root, Engine(), wait=wait)
    assert not (root / "calls").exists(), "docker.socket would start an engine that is stopped"
    return state


def test_an_engine_that_runs(root: Path) -> None:
    write(root, {RECORD: "abc 5e2e\n", "/etc/other": ""})
    assert _engine(root, _unit()) == {
        "active": True,
        "enabled": True,
        "needs_reload": False,
        "started_with": "5e2e",
        "replaced": [],
        "legacy": [],
    }


def test_where_systemd_does_not_run(tmp_path: Path) -> None:
    fact = Engine()
    with pytest.raises(FactProcessError, match="systemd does not run there"):
        fact.process(run(on_root(fact.command(), tmp_path)))


def test_an_engine_that_starts_is_waited_for(root: Path) -> None:
    starting = _unit("activating", "start-pre")
    assert _engine(root, starting, starting, _unit(), wait=9)["active"] is True
    assert (root / "slept").read_text() == "x\nx\n"


@pytest.mark.parametrize(
    ("state", "wait", "seconds"),
    [
        (("activating", "start"), 3, 3),
        (("activating", "start"), 0, 0),
        (("activating", "auto-restart"), 9, 0),  # it fails again and again
        (("failed", "failed"), 9, 0),
        (("inactive", "dead"), 9, 0),
    ],
)
def test_an_engine_that_does_not_come_up(
    state: tuple[str, str], wait: int, seconds: int, root: Path
) -> None:
    assert _engine(root, _unit(*state), wait=wait)["active"] is False
    slept = root / "slept"
    assert (len(slept.read_text().split()) if slept.exists() else 0) == seconds


def test_a_starting_containerd_is_not_the_engine(root: Path) -> None:
    (root / "answer1").write_text(f"{_unit()}\n{_unit('activating', 'start')}")
    assert ask(root, Engine(), wait=9)["active"] is True
    assert not (root / "slept").exists()


def test_programs_that_were_replaced(root: Path) -> None:
    for pid, target in {7: "/usr/sbin/dockerd (deleted)", 8: "/usr/bin/containerd"}.items():
        (root / f"proc/{pid}").mkdir(parents=True)
        (root / f"proc/{pid}/exe").symlink_to(target)
    (root / "answer1").write_text(f"{_unit(pid=7)}\n{_unit(pid=8)}")
    assert ask(root, Engine())["replaced"] == ["dockerd"]


def test_legacy_iptables_counts_only_where_there_is_another(root: Path) -> None:
    write(root, {"/usr/sbin/iptables-nft": "", "/etc/alternatives/x": ""})
    (root / "usr/sbin/iptables-nft").chmod(0o755)
    for name in ("iptables", "ip6tables"):
        (root / "etc/alternatives" / name).symlink_to(f"/usr/sbin/{name}-legacy")
    assert _engine(root, _unit())["legacy"] == ["iptables"]
