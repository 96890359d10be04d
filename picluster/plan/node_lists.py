"""Hadoop's lists of nodes that may come, and of those that have to go."""

from collections.abc import Iterable


def names(lines: Iterable[str]) -> list[str]:
    """The nodes on a list: one or more names a line, # begins a comment (as Hadoop reads it)."""
    return [name for line in lines for name in line.partition("#")[0].split()]
