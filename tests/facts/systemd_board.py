"""Boards whose systemctl and docker answer as told, for tests of Docker's facts."""

from pathlib import Path
from typing import Any

from pyinfra.api import FactBase

from tests.facts.shell import on_root, run, tool

# Each call of systemctl takes the next of the prepared answers, and the last one from then on.
SYSTEMCTL = r"""case "$*" in
*is-active*) [ -e {root}/active ] ;;
*--value*) cat {root}/invocation ;;
*) n=$(cat {root}/asked 2>/dev/null || echo 0); [ -e {root}/answer$((n + 1)) ] && n=$((n + 1))
  echo $n >{root}/asked; cat {root}/answer$n ;;
esac"""


def board_with_systemd(folder: Path) -> Path:
    """A root folder whose `sleep` takes no time, with its programs in `bin`."""
    (folder / "run/systemd/system").mkdir(parents=True)
    tools = tool(folder / "bin", "systemctl", SYSTEMCTL.format(root=folder))
    tool(tools, "sleep", f"echo x >>{folder}/slept")
    tool(tools, "docker", f'echo "docker $*" >>{folder}/calls; exit 1')
    return folder


def ask(root: Path, fact: FactBase[Any], **arguments: Any) -> Any:
    """What a fact makes of the board's answer."""
    command = on_root(str(fact.command(**arguments)), root)
    return fact.process(run(command, tools=root / "bin"))
