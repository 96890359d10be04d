"""ASCII armor: the text that OpenPGP's binary data is put into."""

import base64
import binascii
import re
from collections.abc import Iterator

BEGIN = "-----BEGIN PGP PUBLIC KEY BLOCK-----"
END = "-----END PGP PUBLIC KEY BLOCK-----"


def blocks(armored: bytes) -> Iterator[bytes]:
    """The binary content of each public key block of the text.

    Stricter than RFC 4880, §6.2: nothing but empty lines stands outside of blocks, and there are
    no carriage returns, since apt reads on across both in ways of its own.
    Raises ValueError.
    """
    try:
        text = armored.decode("ascii")
    except UnicodeDecodeError:
        raise ValueError("it is not text in ASCII armor") from None
    if "\r" in text:
        raise ValueError("its lines end with carriage returns; save it with Unix line ends")
    *complete, rest = f"{text}\n".split(f"\n{END}\n")
    if BEGIN in rest:
        raise ValueError(f'it is cut off: a block has no line "{END}"')
    if not complete:
        raise ValueError(f'it is not in ASCII armor: it has no line "{BEGIN}"')
    if rest.strip("\n"):
        raise ValueError("there is text after its last block")
    for block in complete:
        yield _content(block.lstrip("\n"))


def _content(block: str) -> bytes:
    head, _, data = block.partition("\n\n")
    first, *headers = head.split("\n")
    if first != BEGIN or not all(re.fullmatch("[A-Za-z]+: .*", line) for line in headers):
        raise ValueError(f'a block does not begin with "{BEGIN}", headers and an empty line')
    encoded, mark, checksum = data.partition("\n=")
    try:
        content = base64.b64decode(encoded.replace("\n", ""), validate=True)
        expected = base64.b64decode(checksum, validate=True)
    except binascii.Error:
        raise ValueError("its base64 text is damaged") from None
    if mark and expected != crc24(content).to_bytes(3):
        raise ValueError("it is damaged: its checksum (CRC24) does not fit its content")
    return content


def crc24(content: bytes) -> int:
    """The checksum of RFC 4880, §6.1."""
    crc = 0xB704CE
    for octet in content:
        crc ^= octet << 16
        for _ in range(8):
            crc <<= 1
            if crc & 0x1000000:
                crc ^= 0x1864CFB
    return crc
