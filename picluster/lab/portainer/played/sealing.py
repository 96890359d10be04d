"""Archives under a password: AES-256-GCM in pieces."""

import hashlib
import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HEADER = b"AES256-GCM"
_PIECE = 1024 * 1024
_SALT, _NONCE = 16, 8


class WrongPasswordError(Exception):
    """Raised when an archive does not open."""


def is_sealed(content: bytes) -> bool:
    """Whether an archive needs a password."""
    return content.startswith(HEADER)


def seal(content: bytes, password: str) -> bytes:
    """The header, the salt, the nonce's first half, and the pieces."""
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    cipher = AESGCM(_key(password, salt))
    pieces = [content[start : start + _PIECE] for start in range(0, len(content), _PIECE)]
    sealed = [
        cipher.encrypt(nonce + struct.pack(">I", number), piece, _last(number, pieces))
        for number, piece in enumerate(pieces)
    ]
    return HEADER + salt + nonce + b"".join(sealed)


def unseal(content: bytes, password: str) -> bytes:
    """The archive; raises WrongPasswordError."""
    body = content[len(HEADER) :]
    salt, nonce, body = body[:_SALT], body[_SALT : _SALT + _NONCE], body[_SALT + _NONCE :]
    if len(nonce) < _NONCE:
        raise WrongPasswordError
    cipher = AESGCM(_key(password, salt))
    step = _PIECE + 16
    pieces = [body[start : start + step] for start in range(0, len(body), step)]
    try:
        return b"".join(
            cipher.decrypt(nonce + struct.pack(">I", number), piece, _last(number, pieces))
            for number, piece in enumerate(pieces)
        )
    except InvalidTag:
        raise WrongPasswordError from None


def _key(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)


def _last(number: int, pieces: list[bytes]) -> bytes:
    """Marks the last piece, so that an archive that was cut short does not open."""
    return b"last" if number == len(pieces) - 1 else b""
