"""SSH host keys: read over the network, and shown as OpenSSH shows them."""

import base64
import binascii
import hashlib
import socket
from dataclasses import dataclass

import paramiko

from picluster.connection import undelayed_transport
from picluster.plan.errors import UserError

# One kind after another is asked for, because a server shows only one key in a connection.
_KINDS = {
    "ED25519": ("ssh-ed25519",),
    "ECDSA": ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"),
    "RSA": ("rsa-sha2-512", "rsa-sha2-256"),
}

_CONNECT_SECONDS = 10


class NoKeyError(UserError):
    """Raised when a host shows no key."""


@dataclass(frozen=True, slots=True)
class HostKey:
    """A public host key."""

    name: str
    """As known_hosts names its kind, for example ssh-ed25519."""
    blob: str
    """The key in base64."""

    @property
    def line(self) -> str:
        """What a line of known_hosts says after the host."""
        return f"{self.name} {self.blob}"

    @property
    def kind(self) -> str:
        """As ssh-keygen names it: ED25519, ECDSA or RSA."""
        return self.name.removeprefix("ssh-").split("-")[0].upper()

    @property
    def fingerprint(self) -> str:
        """As OpenSSH shows it: `SHA256:` and the hash in base64 without padding."""
        try:
            blob = base64.b64decode(self.blob, validate=True)
        except binascii.Error:
            return "(damaged)"
        digest = base64.b64encode(hashlib.sha256(blob).digest()).decode()
        return f"SHA256:{digest.rstrip('=')}"


def known_keys(lines: list[str]) -> list[HostKey]:
    """The keys in lines of known_hosts; a line that is none is passed over."""
    parts = (line.split() for line in lines)
    return [HostKey(words[1], words[2]) for words in parts if len(words) > 2]


def offered_keys(address: str, port: int) -> list[HostKey]:
    """Every host key that an SSH server shows, ED25519 first. Raises NoKeyError for none.

    Nothing proves that the server is the board that is meant: compare the fingerprints.
    """
    reason = ""
    keys = []
    for names in _KINDS.values():
        try:
            keys.append(_offered(address, port, names))
        except paramiko.SSHException as error:
            reason = str(error)  # for one: the server has no key of this kind
        except (OSError, EOFError) as error:
            reason = (isinstance(error, OSError) and error.strerror) or str(error)
            break
    if not keys:
        raise NoKeyError(
            f"no SSH server shows its key at {address} port {port}"
            f" ({reason or 'the connection was closed'}); "
            "is the board switched on, plugged in, and is this its address?"
        )
    return keys


def _offered(address: str, port: int, names: tuple[str, ...]) -> HostKey:
    with socket.create_connection((address, port), timeout=_CONNECT_SECONDS) as connection:
        transport = undelayed_transport(connection)
        try:
            transport.get_security_options().key_types = names
            transport.start_client(timeout=_CONNECT_SECONDS)
            key = transport.get_remote_server_key()
        finally:
            transport.close()
    return HostKey(key.get_name(), key.get_base64())
