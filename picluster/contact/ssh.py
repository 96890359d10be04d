"""A login on one board, for what has to be done before a deploy can work there."""

import socket
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import paramiko
from paramiko.hostkeys import InvalidHostKey
from typing_extensions import override

from picluster import known_hosts
from picluster.connection import connect_arguments
from picluster.plan.errors import UserError
from picluster.plan.node import Node
from picluster.plan.sections import Ssh
from picluster.ssh_key import NO_KEY, advice_without_key, checked_key

_CONNECT_SECONDS = 10
_COMMAND_SECONDS = 60

_FILE_LOCK = threading.Lock()


class LoginError(UserError):
    """Raised when a board cannot be logged in to."""


@dataclass(frozen=True, slots=True)
class Result:
    """How a remote command ended."""

    code: int
    output: str
    errors: str


class Login:
    """An SSH connection to a board, as the deploys make it: same user, key and known hosts.

    The first key of a board is kept, another one later is refused. Raises LoginError.
    """

    def __init__(self, node: Node, ssh: Ssh, known: Path) -> None:
        self._client = paramiko.SSHClient()
        self._client.set_missing_host_key_policy(_KeepFirstKey(known))
        address = str(node.address)
        try:
            if known.exists():
                self._client.load_host_keys(str(known))
            self._client.connect(
                address,
                ssh.port,
                ssh.user,
                key_filename=str(checked_key(ssh.key_path)) if ssh.key_path else _own_key(address),
                allow_agent=ssh.key is None,
                look_for_keys=ssh.key is None,
                timeout=_CONNECT_SECONDS,
                banner_timeout=_CONNECT_SECONDS,
                auth_timeout=_CONNECT_SECONDS,
                **connect_arguments(),
            )
        except (paramiko.SSHException, InvalidHostKey, OSError, EOFError) as error:
            self._client.close()
            raise LoginError(_advice(error, node, ssh)) from None

    def __enter__(self) -> "Login":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._client.close()

    def run(self, command: str, stdin: bytes = b"") -> Result:
        """Runs a command of the user's login shell; `stdin` goes to its standard input.

        Raises LoginError when the connection breaks, or nothing is heard for a minute.
        """
        try:
            channel_in, output, errors = self._client.exec_command(
                _with_an_end(command, len(stdin)), timeout=_COMMAND_SECONDS
            )
            channel_in.write(stdin)
            text = output.read().decode(errors="replace")
            return Result(
                output.channel.recv_exit_status(), text, errors.read().decode(errors="replace")
            )
        except (paramiko.SSHException, OSError, EOFError) as error:
            reason = "no answer" if isinstance(error, TimeoutError) else str(error) or "closed"
            raise LoginError(f"the connection broke ({reason}); try again") from None


def _with_an_end(command: str, stdin_bytes: int) -> str:
    """The command for a shell, with a standard input that ends by itself.

    To tell the end over SSH would cost the connection now and then, with all commands on it:
    paramiko may send it after it has agreed to a channel's close, when a command was quick
    (https://github.com/paramiko/paramiko/issues/1115), and OpenSSH hangs up then.
    """
    grouped = f"{{ {command}\n}}"
    return f"head -c {stdin_bytes} | {grouped}" if stdin_bytes else f"{grouped} </dev/null"


class _KeepFirstKey(paramiko.MissingHostKeyPolicy):
    """Writes an unknown board's key to the project's known hosts."""

    def __init__(self, known: Path) -> None:
        self._known = known

    @override
    def missing_host_key(
        self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey
    ) -> None:
        with _FILE_LOCK:
            known_hosts.replace(self._known, hostname, [f"{key.get_name()} {key.get_base64()}"])


def _own_key(address: str) -> str | None:
    """The key that the user's own SSH configuration names for this address, if it is there."""
    try:
        config = paramiko.SSHConfig.from_path(str(Path("~/.ssh/config").expanduser()))
    except (OSError, paramiko.SSHException):
        return None
    paths = [Path(path) for path in config.lookup(address).get("identityfile", [])]
    return next((str(path) for path in paths if path.is_file()), None)


def _advice(error: Exception, node: Node, ssh: Ssh) -> str:
    """What to do about a failed login."""
    match error:
        case InvalidHostKey():
            return f"a line of the known hosts is damaged; take it out: {error.line.strip()}"
        case paramiko.BadHostKeyException():
            return (
                "this is not the SSH key that it had before. If its card was written anew or "
                f"replaced, check and accept the new one: picluster trust {node.name}"
            )
        case paramiko.PasswordRequiredException():
            add = f"ssh-add {ssh.key}" if ssh.key else "ssh-add"
            return f"the SSH key has a passphrase; give it to the agent first: {add}"
        case paramiko.AuthenticationException():
            port = "" if ssh.port == 22 else f"-p {ssh.port} "
            return (
                f"it does not let user {ssh.user} in. Check [ssh] user and key in cluster.toml, "
                f"and put the key on the board: ssh-copy-id {port}{ssh.user}@{node.address}"
            )
        case FileNotFoundError() | PermissionError() if error.filename:
            return f"{error.filename} cannot be read: {error.strerror}"
        case socket.timeout() | OSError() | EOFError():
            return (
                f"it does not answer at {node.address}. Is it switched on and plugged in, and is "
                "this still its address?"
            )
    if NO_KEY in str(error):
        return advice_without_key(ssh.user, str(node.address))
    return f"its SSH server does not finish a login ({error}); is it still booting? Try again soon"
