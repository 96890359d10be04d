"""A tar archive that is the same to the byte wherever it is written.

Not with tarfile: what that puts into the fields that nobody reads has changed between versions of
Python, and the sum of the whole is pinned.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

BLOCK = 512


class Member(NamedTuple):
    """A file of an archive."""

    path: str
    content: bytes
    executable: bool = False
    """Mode 755 in place of 644."""


def tar(members: Iterable[Member]) -> Iterator[bytes]:
    """An archive in parts: USTAR (POSIX.1-1988), files of root's, of the year 1970.

    + members: in their order; folders are made on unpacking

    Raises ValueError for a path that does not fit into a header.
    """
    for member in members:
        yield _header(member)
        yield member.content
        yield bytes(-len(member.content) % BLOCK)
    yield bytes(2 * BLOCK)


def _header(member: Member) -> bytes:
    path, size = member.path, len(member.content)
    name = path.encode("ascii")
    if len(name) > 100 or size >= 8**11:
        message = f"{path!r} of {size} bytes does not fit into a USTAR header"
        raise ValueError(message)
    fields = [
        (name, 100),
        (b"0000755\0" if member.executable else b"0000644\0", 8),
        (b"0000000\0", 8),  # user
        (b"0000000\0", 8),  # group
        (b"%011o\0" % size, 12),
        (b"%011o\0" % 0, 12),  # time of its last change
        (b" " * 8, 8),  # the sum of this header, counted as blanks
        (b"0", 1),  # a file
        (b"", 100),  # target of a link
        (b"ustar\x0000", 8),
        (b"root", 32),
        (b"root", 32),
        (b"", 8 + 8 + 155 + 12),  # device, prefix of a long path, filling
    ]
    header = b"".join(value.ljust(width, b"\0") for value, width in fields)
    return header[:148] + b"%06o\0 " % sum(header) + header[156:]
