"""Spark: what its history server says of itself."""

import re
import shlex
from typing import TypedDict

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from facts.answer import Answer
from facts.arguments import RefusedArgumentError, refusal

_COMMAND = r"""export LC_ALL=C
answer=$(curl -s -f --noproxy '*' --max-time 10 -- {page}/api/v1/version 2>/dev/null |
  tr -dc '[:print:]' | head -c 200)
echo "answer=$answer"
"""


class HistoryServerState(TypedDict):
    """Spark's history server."""

    version: str | None
    """That it says it has; None where it does not answer."""


def parse_history(output: list[str]) -> HistoryServerState:
    """The board's answer as data; raises FactProcessError where it cannot be understood."""
    answer = Answer(output).text("answer")
    if answer is None:
        return HistoryServerState(version=None)
    match = re.fullmatch(r'\{ *"spark" *: *"([^"]+)" *\}', answer)
    if match is None:
        raise FactProcessError(
            f"something else than Spark's history server answers there: {answer[:80]!r}"
        )
    return HistoryServerState(version=match[1])


class HistoryServer(FactBase[HistoryServerState | None]):
    """
    Returns what Spark's history server says of itself. ``None`` only where the fact failed.

    + page: where it is, such as ``http://192.0.2.11:18080``
    """

    @override
    def command(self, page: str) -> str:
        if not isinstance(page, str) or not re.fullmatch(r"http://[A-Za-z0-9.-]+:[0-9]+", page):
            return refusal(
                RefusedArgumentError(f"{page!r} is no page such as http://192.0.2.11:18080")
            )
        return _COMMAND.format(page=shlex.quote(page))

    @override
    def process(self, output: list[str]) -> HistoryServerState:
        return parse_history(output)
