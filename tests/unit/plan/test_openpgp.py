"""Which keys an armored file holds."""

import base64
import contextlib
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picluster.plan import armor
from picluster.plan.openpgp import WrongKeyError, check_key, fingerprints

FILE = Path(__file__).parents[3] / "deploys" / "docker" / "docker.asc"
DOCKER = "9DC858229FC7DD38854AE2D88D81803C0EBFCD88"
VENDOR = FILE.read_bytes()
BEGIN, END = f"{armor.BEGIN}\n", f"{armor.END}\n"

(CONTENT,) = armor.blocks(VENDOR)
# The vendor's file begins with its primary key, in the old format with two bytes of length.
KEY = CONTENT[3 : 3 + int.from_bytes(CONTENT[1:3])]


def armored(content: bytes, checksum: str = "", headers: str = "") -> bytes:
    lines = base64.encodebytes(content).decode()
    return f"{BEGIN}{headers}\n{lines}{checksum}{END}".encode()


def packet(tag: int, body: bytes) -> bytes:
    return bytes([0xC0 | tag, 0xFF]) + len(body).to_bytes(4) + body


OTHER = packet(6, KEY[:1] + bytes(4) + KEY[5:])
"""The same numbers, made in 1970: another key."""


def test_the_vendors_file() -> None:
    assert fingerprints(VENDOR) == (DOCKER,)
    check_key(VENDOR, DOCKER, FILE)
    check_key(VENDOR, "9dc8 5822 9fc7 dd38 854a  e2d8 8d81 803c 0ebf cd88", FILE)


@pytest.mark.parametrize(
    "header",
    [
        b"\x99" + len(KEY).to_bytes(2),
        b"\x9a" + len(KEY).to_bytes(4),
        b"\xc6" + bytes([(len(KEY) - 192 >> 8) + 192, (len(KEY) - 192) & 0xFF]),
        b"\xc6\xff" + len(KEY).to_bytes(4),
    ],
)
def test_every_header_of_a_packet(header: bytes) -> None:
    user = b"\xb4\x05pi@pi"  # old format, one byte of length
    assert fingerprints(armored(header + KEY + user + b"\xcd\x02pi")) == (DOCKER,)


def test_subkeys_are_no_keys_of_their_own() -> None:
    assert fingerprints(armored(packet(6, KEY) + packet(14, OTHER[6:]))) == (DOCKER,)


def test_all_keys_are_found_in_order() -> None:
    other, docker = fingerprints(armored(OTHER + packet(6, KEY)))
    assert docker == DOCKER
    assert fingerprints(VENDOR + b"\n" + armored(OTHER)) == (DOCKER, other)


@pytest.mark.parametrize("beside", [VENDOR + armored(OTHER), armored(CONTENT + OTHER)])
def test_a_second_key_beside_the_right_one_is_refused(beside: bytes) -> None:
    (other,) = fingerprints(armored(OTHER))
    with pytest.raises(WrongKeyError) as caught:
        check_key(beside, DOCKER, "docker.asc")
    assert str(caught.value).startswith(
        f"docker.asc holds 2 keys, {DOCKER} and {other}. Expected is the key {DOCKER} and no other"
    )


def test_another_key_is_refused() -> None:
    (other,) = fingerprints(armored(OTHER))
    with pytest.raises(WrongKeyError) as caught:
        check_key(armored(OTHER), DOCKER, "docker.asc")
    assert str(caught.value) == (
        f"docker.asc holds the key {other}. Expected is the key {DOCKER} and no other, since apt "
        "trusts every key in it. Put the vendor's file there again; if the vendor did change the "
        "key, make sure of it on the vendor's own page before you expect another one."
    )


def test_a_file_that_is_no_key_is_refused() -> None:
    with pytest.raises(WrongKeyError) as caught:
        check_key(b"<html>404</html>", DOCKER, "docker.asc")
    assert str(caught.value) == (
        f'docker.asc cannot be taken for a key: it is not in ASCII armor: it has no line "'
        f"{armor.BEGIN}\". Expected is the key {DOCKER}. Put the vendor's file there again."
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not in ASCII armor"),
        (CONTENT, "not text in ASCII armor"),
        (VENDOR.replace(b"\n", b"\r\n"), "carriage returns"),
        (b"Docker's key:\n" + VENDOR, "does not begin with"),
        (VENDOR + b"and more", "text after its last block"),
        (VENDOR.replace(b"PUBLIC", b"PRIVATE"), "not in ASCII armor"),
        (VENDOR.replace(b"BLOCK-----\n\n", b"BLOCK-----\n"), "does not begin with"),
        (VENDOR[:1000], "cut off: a block has no line"),
        (VENDOR + VENDOR[:1000], "cut off: a block has no line"),
        (VENDOR.replace(b"mQIN", b"mQ N"), "base64 text is damaged"),
        (VENDOR.replace(b"mQIN", b"QIN"), "base64 text is damaged"),
        (VENDOR.replace(b"=0YYh", b"=0YYi"), "checksum"),
        (VENDOR.replace(b"=0YYh", b"="), "checksum"),
        (VENDOR.replace(b"mQIN", b"mQJN"), "checksum"),
    ],
)
def test_damaged_armor(content: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        fingerprints(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xcd\x02pi", "holds no primary key"),
        (CONTENT[:-1], "cut off in the middle of a packet"),
        (CONTENT[:2], "cut off in the middle of a packet"),
        (CONTENT + b"\x00", f"byte {len(CONTENT) + 1} of its content begins no OpenPGP packet"),
        (packet(6, b"\x03" + KEY[1:]), "a key of version 3; only version 4"),
        (packet(6, b"\x06" + KEY[1:]), "a key of version 6; only version 4"),
        (packet(6, b""), "an empty key; only version 4"),
        (packet(6, KEY + bytes(65536)), "65535 are the most"),
        (packet(6, KEY) + packet(5, KEY), "packet of type 5"),
        (packet(6, KEY) + packet(8, b"\x00" + OTHER), "packet of type 8"),
        (b"\xc6\xe9" + KEY, "packet in parts"),
        (b"\x9b" + KEY, "packet without a length"),
    ],
)
def test_content_that_is_no_public_key(content: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        fingerprints(armored(content))


def test_checksum_and_headers_may_be_there() -> None:
    checksum = base64.b64encode(armor.crc24(OTHER).to_bytes(3)).decode()
    headers = "Version: 1\nComment: made by hand\n"
    assert fingerprints(armored(OTHER, f"={checksum}\n", headers)) == fingerprints(armored(OTHER))


@given(st.binary(max_size=200) | st.binary(max_size=40).map(lambda content: CONTENT + content))
def test_any_content_is_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(ValueError):
        assert all(len(found) == 40 for found in fingerprints(armored(content)))


@given(st.integers(0, len(VENDOR) - 1), st.integers(0, 255))
def test_one_wrong_byte_never_leads_to_another_key(position: int, octet: int) -> None:
    content = VENDOR[:position] + bytes([octet]) + VENDOR[position + 1 :]
    with contextlib.suppress(ValueError):
        assert fingerprints(content) == (DOCKER,)
