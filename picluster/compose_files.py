"""The compose files that cluster.toml names, as they lie on this computer."""

from pathlib import Path

from picluster.plan.config import ClusterConfig
from picluster.plan.plan import Plan
from picluster.plan.sections import Stack
from picluster.plan.stack import StackError
from picluster.plan.stack_collisions import TakenPortError, collisions, heard


def compose_path(root: Path, stack: Stack) -> Path:
    """Where a stack's file lies; `root` is the project's folder."""
    return root / Path(stack.file).expanduser()


def compose_text(root: Path, stack: Stack) -> str:
    """A stack's file. Raises StackError for one that cannot be read."""
    try:
        return compose_path(root, stack).read_text(encoding="utf-8")
    except OSError as error:
        raise StackError(
            f"the compose file of the stack {stack.name} cannot be read: {stack.file}: "
            f"{error.strerror}"
        ) from None
    except UnicodeDecodeError:
        raise StackError(f"{stack.file}: it is no text in UTF-8") from None


def refuse_taken_ports(config: ClusterConfig, plan: Plan, root: Path) -> None:
    """Contacts no board. Raises TakenPortError where stacks publish ports of the cluster's own.

    Files that cannot be read or deployed are left to the deploy of stacks, which says why: other
    deploys do without them.
    """
    taken = heard(config, plan)
    problems: list[str] = []
    for stack in config.stacks:
        try:
            text = compose_text(root, stack)
        except StackError:
            continue
        problems += collisions(stack.name, text, stack.file, config, taken)
    if problems:
        raise TakenPortError(problems)
