"""What pyinfra says of boards while it asks them, and what to do about it."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

from picluster.ssh_key import NO_KEY, advice_without_key

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_OF_HOST = re.compile(r"^\s*\[(?P<host>[0-9.]+)\]\s+(?P<text>.*)$")
_OF_ALL = re.compile(r"^--> (.*\berror\b.*)$")
_NEWS = {"Connected": "connected", "Loaded fact": "answered"}


@dataclass(frozen=True, slots=True)
class Access:
    """How to log in to boards that no cluster.toml names yet."""

    user: str
    port: int
    key: Path | None


class Log:
    """pyinfra's log of one run, line by line."""

    def __init__(self) -> None:
        self._errors: dict[str, str] = {}
        self._general = "pyinfra did not say why"

    def add(self, line: str) -> str | None:
        """Takes a line in; what it has to tell while the run goes on, None for nothing."""
        line = _ANSI.sub("", line).rstrip()
        if general := _OF_ALL.match(line):
            self._general = general[1]
        match = _OF_HOST.match(line)
        if match is None:
            return None
        host, text = match["host"], match["text"]
        for word, news in _NEWS.items():
            if text.startswith(word):
                # After an error, too, pyinfra says that it has loaded the fact.
                return None if host in self._errors else f"{host}: {news}"
        if host in self._errors:
            return None
        self._errors[host] = text
        return f"{host}: no answer"

    def advice(self, address: IPv4Address, access: Access) -> str:
        """Why this address gave no answer, and what to do, in one line."""
        error = self._errors.get(str(address), self._general)
        port = "" if access.port == 22 else f" --port {access.port}"
        if error.startswith("SSH host key"):
            return (
                "this is not the SSH key that was seen at this address before. If the card was "
                f"written anew or replaced, check and accept the new one: picluster trust "
                f"{address}{port}"
            )
        if error.startswith("Authentication"):
            return (
                f"it does not let user {access.user} in. Name the user with --user and the key "
                f"with --key, or put your key on the board: ssh-copy-id {access.user}@{address}"
            )
        if NO_KEY in error:
            return advice_without_key(access.user, str(address))
        if error.startswith("Could not connect"):
            return (
                f"no SSH server answers on port {access.port}. Is the board switched on and "
                "plugged in, is SSH enabled on it, and is this its address?"
            )
        return error
