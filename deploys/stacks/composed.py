"""The compose files that cluster.toml names, read once for all hosts of a run."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from picluster.compose_files import compose_path, compose_text
from picluster.plan.config import ClusterConfig
from picluster.plan.hidden import Hidden
from picluster.plan.sections import Stack
from picluster.plan.stack import parse_stack
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
    return tuple(_composed(stack, key, kept.keep) for stack in cluster.stacks)


def _composed(stack: Stack, key: Hidden, keep: Callable[[], None]) -> Composed:
    text = compose_text(root(), stack)
    folder = compose_path(root(), stack).parent
    found: dict[str, bytes] = {}

    def read(entry: str) -> bytes:
        found[entry] = (folder / Path(entry).expanduser()).read_bytes()
        return found[entry]

    parse_stack(stack.name, text, read, source=stack.file)
    return Composed(stack.name, Hidden(text), found, key, keep)
