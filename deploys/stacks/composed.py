"""The compose files that cluster.toml names, read once for all hosts of a run."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from picluster.plan.config import ClusterConfig
from picluster.plan.hidden import Hidden
from picluster.plan.stack import StackError, parse_stack
from picluster.project import cluster_directory, root
from picluster.secrets import STACK_KEY, Secrets, agent_secret


@dataclass(frozen=True)
class Composed:
    """A stack of cluster.toml, with what its compose file names."""

    name: str
    text: Hidden
    files: dict[str, bytes]
    key: Hidden
    keep: Callable[[], None]
    """Writes the key down."""


@cache
def of_cluster(cluster: ClusterConfig) -> tuple[Composed, ...]:
    """All stacks. Raises StackError with what is wrong with the first file that is."""
    if not cluster.stacks:
        return ()
    kept = Secrets(cluster_directory(cluster.cluster.name))
    key = Hidden(kept.text(STACK_KEY, agent_secret))
    return tuple(_composed(stack.name, stack.file, key, kept.keep) for stack in cluster.stacks)


def _composed(name: str, file: str, key: Hidden, keep: Callable[[], None]) -> Composed:
    path = root() / Path(file).expanduser()
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise StackError(
            f"the compose file of the stack {name} cannot be read: {file}: {error.strerror}"
        ) from None
    except UnicodeDecodeError:
        raise StackError(f"{file}: it is no text in UTF-8") from None
    found: dict[str, bytes] = {}

    def read(entry: str) -> bytes:
        found[entry] = (path.parent / Path(entry).expanduser()).read_bytes()
        return found[entry]

    parse_stack(name, text, read, source=file)
    return Composed(name, Hidden(text), found, key, keep)
