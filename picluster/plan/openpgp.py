"""OpenPGP public keys: which ones a file holds, told by their fingerprints.

Only what a vendor's key for apt is made of: version 4 (RFC 4880) in ASCII armor. Anything else is
refused instead of skipped, since apt might trust what is skipped here.
"""

import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

from picluster.plan import armor
from picluster.plan.errors import UserError
from picluster.plan.suggest import listed

_PRIMARY_KEY = 6
# Signature, trust, user ID, subkey, user attribute: what belongs to a primary key.
_COMPANIONS = {2, 12, 13, 14, 17}


class WrongKeyError(UserError):
    """Raised for a file that does not hold the expected key, or more than it."""


def check_key(armored: bytes, expected: str, path: str | Path) -> None:
    """Passes if the file's content holds one primary key, and that has the expected fingerprint.

    `expected` is in hexadecimal digits, blanks allowed; `path` names the file in the message.
    Raises WrongKeyError. A second key beside the right one is refused: apt would trust both.
    """
    wanted = re.sub(r"\s", "", expected).upper()
    try:
        found = fingerprints(armored)
    except ValueError as error:
        message = (
            f"{path} cannot be taken for a key: {error}. Expected is the key {wanted}. Put the "
            "vendor's file there again."
        )
        raise WrongKeyError(message) from None
    if found != (wanted,):
        count = "the key" if len(found) == 1 else f"{len(found)} keys,"
        message = (
            f"{path} holds {count} {listed(found, 'and')}. Expected is the key {wanted} and no "
            "other, since apt trusts every key in it. Put the vendor's file there again; if the "
            "vendor did change the key, make sure of it on the vendor's own page before you "
            "expect another one."
        )
        raise WrongKeyError(message)


def fingerprints(armored: bytes) -> tuple[str, ...]:
    """Fingerprints of all primary keys in a file, in its order, in upper-case hexadecimal digits.

    Raises ValueError for anything but version 4 public keys in ASCII armor.
    """
    found = []
    for block in armor.blocks(armored):
        for tag, body in _packets(block):
            if tag == _PRIMARY_KEY:
                found.append(_fingerprint(body))
            elif tag not in _COMPANIONS:
                raise ValueError(f"it holds a packet of type {tag}, which is no part of such a key")
    if not found:
        raise ValueError("it holds no primary key")
    return tuple(found)


def _fingerprint(body: bytes) -> str:
    if body[:1] != b"\x04":
        version = f"a key of version {body[0]}" if body else "an empty key"
        raise ValueError(f"it holds {version}; only version 4 is known here")
    if len(body) > 0xFFFF:
        raise ValueError(f"it holds a key of {len(body)} bytes; 65535 are the most")
    # SHA-1 is what version 4 prescribes.
    digest = hashlib.sha1(b"\x99" + len(body).to_bytes(2) + body, usedforsecurity=False)
    return digest.hexdigest().upper()


def _packets(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and body of each packet, whose header is in the new format or the old one."""
    stream = io.BytesIO(content)
    while header := stream.read(1):
        first = header[0]
        if not first & 0x80:
            raise ValueError(f"byte {stream.tell()} of its content begins no OpenPGP packet")
        if first & 0x40:
            yield first & 0x3F, _take(stream, _new_length(stream))
        else:
            yield first >> 2 & 0x0F, _take(stream, _old_length(stream, first & 0x03))


def _new_length(stream: io.BytesIO) -> int:
    first = _number(stream, 1)
    if first < 192:
        return first
    if first < 224:
        return (first - 192 << 8) + _number(stream, 1) + 192
    if first < 255:
        raise ValueError("it holds a packet in parts, which no key may be")
    return _number(stream, 4)


def _old_length(stream: io.BytesIO, kind: int) -> int:
    if kind == 3:
        raise ValueError("it holds a packet without a length, which no key may be")
    return _number(stream, 1 << kind)


def _number(stream: io.BytesIO, size: int) -> int:
    return int.from_bytes(_take(stream, size))


def _take(stream: io.BytesIO, size: int) -> bytes:
    taken = stream.read(size)
    if len(taken) < size:
        raise ValueError("it is cut off in the middle of a packet")
    return taken
