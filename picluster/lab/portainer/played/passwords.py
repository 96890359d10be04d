"""Passwords as bcrypt hashes."""

import bcrypt

LONGEST_BYTES = 72
_COST = 10


class TooLongError(Exception):
    """Raised for a password that bcrypt cannot take."""


def hashed(password: str) -> str:
    """The hash; raises TooLongError."""
    content = password.encode()
    # Said here because bcrypt's versions differ: old ones cut such a password without a word.
    if len(content) > LONGEST_BYTES:
        message = "bcrypt: password length exceeds 72 bytes"
        raise TooLongError(message)
    return bcrypt.hashpw(content, bcrypt.gensalt(_COST, prefix=b"2a")).decode()


def matches(password: str, hashed_password: str) -> bool:
    """Whether the password is the one that was hashed."""
    try:
        return bcrypt.checkpw(password.encode()[:LONGEST_BYTES], hashed_password.encode())
    except ValueError:
        return False
