"""The system's own OpenSSH client, for what needs streams or a terminal."""

import re
import shutil
from pathlib import Path

from picluster.plan.errors import UserError
from picluster.plan.node import Node
from picluster.plan.sections import Ssh
from picluster.ssh_key import checked_key

CONNECT_SECONDS = 10
ALIVE_SECONDS = 15
ALIVE_TIMES = 4
"""A connection counts as broken when this many questions in a row got no answer."""
FAILED = 255
"""ssh's exit code for all that is its own fault, and no command's."""

_OPTIONS = {
    # Only the project's own list, as in every deploy: the first key is kept, another one refused.
    "GlobalKnownHostsFile": "/dev/null",
    "StrictHostKeyChecking": "accept-new",
    "HashKnownHosts": "no",
    "UpdateHostKeys": "no",
    "CheckHostIP": "no",
    "ConnectTimeout": str(CONNECT_SECONDS),
    "ServerAliveInterval": str(ALIVE_SECONDS),
    "ServerAliveCountMax": str(ALIVE_TIMES),
    # Whatever the user's own settings say of the address.
    "ClearAllForwardings": "yes",
    "ControlPath": "none",
    "PermitLocalCommand": "no",
    "RemoteCommand": "none",
    "LogLevel": "ERROR",
}


class NoClientError(UserError):
    """Raised where this computer has no OpenSSH client."""


def require_client() -> None:
    """Raises NoClientError where this computer has no OpenSSH client."""
    if shutil.which("ssh") is None:
        raise NoClientError(
            "there is no ssh on this computer's PATH; install OpenSSH's client (Debian and Ubuntu: "
            "apt install openssh-client)"
        )


def command(node: Node, ssh: Ssh, known: Path, remote: str, *, terminal: bool = False) -> list[str]:
    """The arguments of a process that runs a command on a node.

    Raises KeyFileError for a key that cannot be used, and NoClientError.

    + known: the project's known hosts
    + remote: command of the user's login shell
    + terminal: whether there is one, which programs may ask questions in
    """
    require_client()
    options = {**_OPTIONS, "UserKnownHostsFile": f'"{known}"'}
    if not terminal:
        options["BatchMode"] = "yes"
    if ssh.key_path is not None:
        options["IdentityFile"] = f'"{checked_key(ssh.key_path)}"'
        options["IdentitiesOnly"] = "yes"
    words = [f"-o{key}={value}" for key, value in options.items()]
    place = ["-p", str(ssh.port), "-l", ssh.user, "--", str(node.address)]
    return ["ssh", "-tt" if terminal else "-T", *words, *place, remote]


def advice(said: str, node: Node, ssh: Ssh) -> str:
    """What to do about a connection that failed.

    + said: what ssh wrote on standard error
    """
    if re.search(r"HOST IDENTIFICATION HAS CHANGED|Host key verification failed", said):
        return (
            "this is not the SSH key that it had before. If its card was written anew or replaced, "
            f"check and accept the new one: picluster trust {node.name}"
        )
    if "Permission denied" in said:
        return (
            f"it does not let user {ssh.user} in. Check [ssh] user and key in cluster.toml, put "
            f"the key on the board (ssh-copy-id {ssh.user}@{node.address}), and give one with a "
            "passphrase to the agent (ssh-add)"
        )
    if re.search(r"timed out|refused|No route|unreachable|is down", said):
        return (
            f"it does not answer at {node.address}. Is it switched on and plugged in, and is this "
            "still its address?"
        )
    words = said.strip().rpartition("\n")[2] or "no reason was told"
    return f"the SSH connection failed: {words}"
