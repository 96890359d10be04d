"""The private SSH key that the user names: looked at before any board is contacted."""

from pathlib import Path

import paramiko

from picluster.plan.errors import UserError

NO_KEY = "No authentication methods available"
"""paramiko's words where neither a key file nor an agent offers a key."""


class KeyFileError(UserError):
    """Raised when the named SSH key cannot be used."""


def checked_key(path: Path) -> Path:
    """The path, when a private key is there; one with a passphrase is. Raises KeyFileError."""
    try:
        paramiko.PKey.from_path(path)
    except (paramiko.PasswordRequiredException, TypeError):
        return path  # a key with a passphrase, in the words of paramiko or of its parser
    except OSError as error:
        message = (
            f"the SSH key {path} cannot be read ({error.strerror}). Name another one, or make it "
            f"(ssh-keygen -t ed25519 -f {path}) and put it on the boards (ssh-copy-id)"
        )
        raise KeyFileError(message) from None
    except (paramiko.SSHException, ValueError):
        message = f"{path} is no private SSH key; name the file that ssh-keygen made, without .pub"
        raise KeyFileError(message) from None
    return path


def advice_without_key(user: str, address: str) -> str:
    """What to do where no key is offered to a board at all."""
    return (
        "this computer has no SSH key to offer: make one (ssh-keygen -t ed25519) and put it on "
        f"the board (ssh-copy-id {user}@{address}), or name the one to use"
    )
