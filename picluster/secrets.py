"""The secrets of one cluster: made on this computer, kept in files that only their owner reads."""

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import choice, token_hex
from typing import BinaryIO

from typing_extensions import override

from picluster.plan.errors import UserError

_UNAMBIGUOUS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
"""Letters and digits without those that look alike: 0 and O, 1, I and l."""

ADMINISTRATOR_PASSWORD = "portainer-admin-password"  # noqa: S105 - the name of its file
STACK_KEY = "stack-key"
"""By which contents of stacks are compared without being told; one for all stacks of a cluster."""
SHORTEST_PASSWORD = 12
"""Characters that Portainer asks for."""
LONGEST_PASSWORD = 72
"""Bytes that bcrypt takes: Portainer cannot start with more."""


class SecretError(UserError):
    """Raised when a secret cannot be read, written or used; the message never holds it."""


def password() -> str:
    """A password for people: 24 letters and digits."""
    return "".join(choice(_UNAMBIGUOUS) for _ in range(24))


def token() -> str:
    """A secret for programs: 64 hexadecimal digits."""
    return token_hex(32)


def agent_secret() -> str:
    """What Portainer's agents and its server know each other by."""
    return token()


def setup_token() -> str:
    """What a new Portainer server wants to hear from its first administrator."""
    return token()


def backup_password() -> str:
    """What Portainer's backups are encrypted with."""
    return password()


@dataclass(frozen=True, slots=True)
class _New:
    """A text that is not on the disk yet, and what was there when it was made."""

    text: str = field(repr=False)
    replaces: str | None = field(repr=False)


_new: dict[Path, dict[str, _New]] = {}
"""By folder: whoever asks for a new secret in this process is given the same one."""


class Secrets:
    """The texts in a folder, one a file.

    + folder: is made, with mode 0700, when there is something to write

    Nothing is written before `keep` is called: a dry run makes secrets and forgets them.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._new = _new.setdefault(self.folder, {})

    @override
    def __repr__(self) -> str:
        return f"Secrets({str(self.folder)!r})"

    def path(self, name: str) -> Path:
        """Where a secret is kept; it may not be there yet."""
        return self.folder / name

    def found(self, name: str) -> str | None:
        """A secret without its last line break, None where there is none. Raises SecretError."""
        return self._new[name].text if name in self._new else self._on_disk(name)

    def text(self, name: str, make: Callable[[], str]) -> str:
        """The secret, made where there is none. Raises SecretError."""
        if (found := self.found(name)) is not None:
            return found
        return self.put(name, make())

    def put(self, name: str, text: str) -> str:
        """Sets a secret, whatever there was, and returns it. Raises SecretError.

        Belongs to values that can be made anew, such as a certificate.
        """
        text = text.rstrip("\r\n")
        self._new[name] = _New(text, self._on_disk(name, may_be_empty=True))
        return text

    def keep(self) -> None:
        """Writes what was made. Raises SecretError when another run made the same meanwhile."""
        try:
            if self._new:
                self.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                self.folder.mkdir(mode=0o700, exist_ok=True)
                self._write()
            if self.folder.exists():
                _make_private(self.folder)
        except OSError as error:
            raise SecretError(
                f"secrets cannot be kept: {error.filename or self.folder}: {error.strerror}"
            ) from None

    def _write(self) -> None:
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            for name, new in list(self._new.items()):
                if self._on_disk(name, may_be_empty=True) not in (new.replaces, new.text):
                    raise SecretError(
                        f"{self.path(name)} was written by another run at the same time; "
                        "run this again when that is over"
                    )
                with private_file(self.path(name)) as file:
                    file.write(f"{new.text}\n".encode())
                del self._new[name]
        finally:
            # By itself: gevent, which pyinfra brings in, may close a file only some time later.
            fcntl.flock(handle, fcntl.LOCK_UN)
            os.close(handle)

    def _on_disk(self, name: str, *, may_be_empty: bool = False) -> str | None:
        path = self.path(name)
        try:
            text = path.read_text(encoding="utf-8").rstrip("\r\n")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise SecretError(_unreadable(path, error)) from None
        if not text and not may_be_empty:
            raise SecretError(
                f"{path} is empty. Write into it what belongs there, or remove it, and a new one "
                "is made"
            )
        return text


@contextmanager
def private_file(path: Path) -> Iterator[BinaryIO]:
    """A file of mode 0600 that is at its place when all is written, and not before."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def administrator_password(file: Path | None, secrets: Secrets) -> str:
    """The password of Portainer's administrator. Raises SecretError, which does not show it.

    + file: the user's own, its first line is the password; None for one that is made and kept
    """
    if file is None:
        return _usable(
            secrets.text(ADMINISTRATOR_PASSWORD, password), secrets.path(ADMINISTRATOR_PASSWORD)
        )
    try:
        return _usable(file.read_text(encoding="utf-8-sig"), file)
    except (OSError, UnicodeDecodeError) as error:
        raise SecretError(f"the password of Portainer: {_unreadable(file, error)}") from None


def _usable(text: str, file: Path) -> str:
    first = text.split("\n", 1)[0].rstrip("\r")
    subject = f"the password of Portainer: the first line of {file}"
    if not first.strip():
        raise SecretError(f"{subject} is empty; write the password there")
    if len(first) < SHORTEST_PASSWORD:
        raise SecretError(
            f"{subject} has {len(first)} characters, and Portainer wants {SHORTEST_PASSWORD} at "
            "least; write a longer one there (change it in Portainer first, if it is in use)"
        )
    if (size := len(first.encode())) > LONGEST_PASSWORD:
        raise SecretError(
            f"{subject} has {size} bytes, and Portainer takes {LONGEST_PASSWORD} at most (a letter "
            "with an accent takes two or more); write a shorter one there"
        )
    return first


def _unreadable(path: Path, error: OSError | UnicodeDecodeError) -> str:
    # A decoding error quotes the text.
    reason = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
    return f"{path} cannot be read: {reason}"


def _make_private(folder: Path) -> None:
    for path, mode in ((folder, 0o700), *((file, 0o600) for file in folder.iterdir())):
        if path.is_dir() and path != folder:
            continue
        with suppress(FileNotFoundError):
            if path.stat().st_mode & 0o777 != mode:
                path.chmod(mode)
