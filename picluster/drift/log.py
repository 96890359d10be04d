"""What pyinfra's log says of boards that it could not look at, or that were refused."""

import re

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_OF_HOST = re.compile(r"^(?: {4})?\[(?P<host>[^\]]+)\]\s+(?P<text>.*)$")
"""Without blanks where the text has pyinfra's own arrow in it."""
_ADVICE = re.compile(r"^ {4,}(?P<text>[^\s\[].*)$")
"""Below a connection error; four blanks are also before what is said of no board."""
_CONTINUED = re.compile(r"^ {2,3}(?P<text>[^\s\[].*)$")
"""A further line of an error of several lines."""
_GENERAL = re.compile(r"^\s*(?:--> )?(?:pyinfra error: |Error: )(?P<text>.+)$")
_TRACEBACK = re.compile(r"^--> An (internal )?exception occurred")

_CONNECTION = re.compile(r"(SSH host key|Authentication|SSH|EOF) error|Could not (connect|resolve)")
_SAID = re.compile(r"(?:FactProcessError|Error): (?P<text>.+)")
_AFTERWARDS = (
    "Error: could not load fact",
    "Error: could not process fact",
    "Error: executed ",
)
"""What pyinfra says of a fact, or of an operation, after the reason was said."""
_COMMAND = re.compile(r"Command (timed out|socket/SSH error|IO error)")


class Log:
    """pyinfra's log of one run, line by line."""

    def __init__(self) -> None:
        self.connected: set[str] = set()
        self.prepared: set[str] = set()
        """The boards that were looked at to the end."""
        self._general: list[str] = []
        self._reasons: dict[str, list[str]] = {}
        self._last: dict[str, str] = {}
        self._open: list[str] | None = None
        """The lines of the reason that was begun last, while it may go on."""
        self._continued = _CONTINUED
        self._in_traceback = False

    def add(self, line: str) -> None:
        """Takes a line in."""
        line = _ANSI.sub("", line).rstrip()
        if line.startswith("-->"):
            self._in_traceback = _TRACEBACK.match(line) is not None
        if match := _OF_HOST.match(line):
            self._add_of_host(match["host"], match["text"])
        elif self._open is not None and (match := self._continued.match(line)):
            self._open.append(match["text"])
        elif match := _GENERAL.match(line):
            self._begin_general(match["text"])
        elif self._in_traceback and line and not line.startswith(" "):
            self._begin_general(line)  # the last one is the exception itself
        else:
            self._open = None

    def _begin_general(self, text: str) -> None:
        self._general = self._open = [text]
        self._continued = _CONTINUED

    def _add_of_host(self, host: str, text: str) -> None:
        self._open = None
        if text == "Connected":
            self.connected.add(host)
        elif text.startswith("Ready:"):
            self.prepared.add(host)
        elif host not in self._reasons and (reason := self._reason(host, text)) is not None:
            self._reasons[host] = self._open = [reason]
            self._continued = _ADVICE if _CONNECTION.match(text) else _CONTINUED
        else:
            self._last[host] = text

    def _reason(self, host: str, text: str) -> str | None:
        """Why this host is not looked at any more, where this line says so."""
        if text.startswith(_AFTERWARDS):
            return f"{self._last.get(host, 'it gave no reason')} ({text.removeprefix('Error: ')})"
        if match := _SAID.match(text):
            return match["text"]
        return text if _CONNECTION.match(text) or _COMMAND.match(text) else None

    @property
    def silent(self) -> dict[str, str]:
        """Each board that could not be looked at, or not to the end, and why, in one line."""
        return {host: _line(lines) for host, lines in self._reasons.items()}

    @property
    def general(self) -> str | None:
        """Why nothing at all could be told, in one line, where pyinfra said so."""
        return _line(self._general) if self._general else None


def _line(lines: list[str]) -> str:
    return ". ".join(line.removesuffix(".") for line in lines)
