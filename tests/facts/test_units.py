"""The units fact's command where systemd runs and where it does not."""

from pathlib import Path

import pytest
from pyinfra.api.exceptions import FactProcessError

from facts.units import Units
from tests.facts.shell import on_root, run, tool

SYSTEMCTL = r"""for unit do last=$unit; case $unit in -*|show) continue ;; esac
  printf 'MainPID=7\nNames=%s\nLoadState=loaded\nActiveState=active\nSubState=running\n' "$unit"
  printf 'UnitFileState=enabled\nNeedDaemonReload=no\nResult=success\n\n'
done"""


def test_where_systemd_does_not_run(tmp_path: Path) -> None:
    fact = Units()
    command = on_root(fact.command(units=["ssh"]), tmp_path)
    with pytest.raises(FactProcessError, match="systemd does not run there"):
        fact.process(run(command))


def test_one_call_for_all(tmp_path: Path) -> None:
    (tmp_path / "run/systemd/system").mkdir(parents=True)
    names = ["ssh.service", "getty@tty1.service", "dev-disk\\x2dby.mount"]
    fact = Units()
    command = on_root(fact.command(units=names), tmp_path)
    assert command.count("systemctl") == 1
    found = fact.process(run(command, tools=tool(tmp_path / "bin", "systemctl", SYSTEMCTL)))
    assert list(found) == names
    assert {unit["main_pid"] for unit in found.values()} == {7}


def test_nothing_asked() -> None:
    fact = Units()
    assert fact.process(run(fact.command(units=[]))) == {}
