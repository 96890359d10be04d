"""How a board answers a fact of this project: lines KEY=VALUE in plain ASCII.

Every key is always printed, with an empty value where the board has nothing to say: so a missing
line means that something went wrong, never that something is absent. Lines that are no KEY=VALUE
(a login script's greeting) are skipped. Files go in base64, because pyinfra drops the rest of an
output, silently, at the first byte that is not UTF-8.
"""

import base64
import binascii
import re

from pyinfra.api.exceptions import FactProcessError

REPORT_FILE = r"""report_file() {
  if [ -f "$2" ] && content=$(base64 -w0 <"$2"); then printf '%s=:%s\n' "$1" "$content"
  elif [ -e "$2" ] || { [ -d "${2%/*}" ] && [ ! -x "${2%/*}" ]; }; then printf '%s=!\n' "$1"
  else printf '%s=\n' "$1"; fi
}"""
"""Shell function `report_file KEY PATH`, read by `Answer.file`: content, absent or unreadable."""

_LINE = re.compile(r"([a-z0-9_]+)=(.*)")


class Answer:
    """The lines of one command; each method raises FactProcessError where a value makes no sense.

    A trap of pyinfra: of an exception with a cause it prints the cause alone, so whatever is
    caught on the way is raised again `from None`.
    """

    def __init__(self, output: list[str]) -> None:
        self._lines: dict[str, list[str]] = {}
        for line in output:
            if match := _LINE.fullmatch(line.rstrip("\r")):
                self._lines.setdefault(match[1], []).append(match[2].strip())
        if refused := self.all("refused"):
            raise FactProcessError(refused[0])

    def all(self, key: str) -> list[str]:
        """Every line of this key, in order; none is fine."""
        return self._lines.get(key, [])

    def text(self, key: str) -> str | None:
        """The value, None where it is empty."""
        lines = self.all(key)
        if not lines:
            raise FactProcessError(
                f"the board's answer lacks {key!r}: it was cut off, or a command is missing there"
            )
        return lines[0] or None

    def required(self, key: str) -> str:
        """The value, which must not be empty."""
        value = self.text(key)
        if value is None:
            raise FactProcessError(f"the board could not tell its {key!r}")
        return value

    def number(self, key: str) -> int | None:
        """The value as a whole number, None where it is empty."""
        value = self.text(key)
        if value is None:
            return None
        if not re.fullmatch(r"-?[0-9]+", value, re.ASCII):
            raise FactProcessError(f"{key!r} is {value!r}, and no whole number")
        return int(value)

    def flag(self, key: str) -> bool:
        """The value 1 or 0."""
        value = self.required(key)
        if value not in ("0", "1"):
            raise FactProcessError(f"{key!r} is {value!r}, neither 0 nor 1")
        return value == "1"

    def file(self, key: str, path: str) -> bytes | None:
        """Content of a file sent by `report_file`, None where it is absent.

        + path: its path on the board, for the message when it is there and cannot be read
        """
        value = self.text(key)
        if value is None:
            return None
        if value.startswith("!"):
            raise FactProcessError(f"{path} is there, but cannot be read: try with sudo")
        try:
            return base64.b64decode(value.removeprefix(":"), validate=True)
        except binascii.Error:
            raise FactProcessError(f"the content of {path} arrived damaged") from None

    def words(self, key: str, path: str) -> list[str]:
        """Blank-separated words of a file's first line, for display and comparison."""
        lines = (self.file(key, path) or b"").decode(errors="replace").splitlines()
        return lines[0].split() if lines else []
