"""Names for new nodes: pi8, pi4, pi2a, pi2b …, by memory and strength."""

from collections.abc import Collection, Iterator
from itertools import chain, count, product
from string import ascii_lowercase

from picluster.contact.found import FoundBoard


def strongest_first(boards: Collection[FoundBoard]) -> list[FoundBoard]:
    """The boards in the order of their names."""
    return sorted(boards, key=lambda board: board.strength, reverse=True)


def names_for(boards: Collection[FoundBoard], taken: Collection[str] = ()) -> list[str]:
    """A name for each of these usable boards, in their order.

    + taken: names that other nodes have; a memory size seen there counts as several
    """
    stems = [stem(board) for board in boards]
    used = {name.rstrip(ascii_lowercase) for name in taken if name.startswith("pi")}
    lettered = {name for name in stems if stems.count(name) > 1 or name in used}
    free = {name: _letters(name, taken) for name in lettered}
    return [next(free[name]) if name in free else name for name in stems]


def stem(board: FoundBoard) -> str:
    """`pi8` for 8 GB, `pi512` for 512 MB."""
    size = board.memory_mb or 0
    return f"pi{size // 1024 if size >= 1024 else size}"


def _letters(name: str, taken: Collection[str]) -> Iterator[str]:
    """pi2a, pi2b … pi2z, pi2aa …, without those that are taken; a lone pi2 stands for pi2a."""
    words = chain.from_iterable(product(ascii_lowercase, repeat=length) for length in count(1))
    names = (name + "".join(word) for word in words)
    if name in taken:
        next(names)
    return (candidate for candidate in names if candidate not in taken)


def next_name(memory_gb: float, taken: Collection[str]) -> str:
    """A name for one more board of a new cluster: `pi8`, then `pi8b`."""
    size = memory_gb if memory_gb >= 1 else memory_gb * 1024
    name = f"pi{size:.0f}"
    return next(_letters(name, taken)) if name in taken else name
