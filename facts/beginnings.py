"""How files begin, so that people can be shown what is other in them."""

import base64
import binascii
import shlex

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from facts.answer import Answer
from facts.arguments import RefusedArgumentError, checked_names, refusal

MAX_BYTES = 16384
"""Of each file."""

_COMMAND = """export LC_ALL=C
for path in {paths}; do
  printf 'beginning=%s\\n' "$(head -c {bytes} -- "$path" 2>/dev/null | base64 -w0)"
done
"""


class Beginnings(FactBase[list[bytes] | None]):
    """
    Returns the first 16 KiB of each file, nothing of one that cannot be read. ``None`` only where
    the fact failed, and the host with it. Not for secrets: pyinfra prints what a fact returns at
    ``-vvv``.

    + paths: of the files, each once
    """

    _paths: tuple[str, ...] = ()

    @override
    def command(self, paths: list[str] | None = None) -> str:
        if paths is None:
            return refusal(RefusedArgumentError("name the files, such as paths=/etc/hosts"))
        try:
            self._paths = tuple(checked_names(paths, r"/[^\0]*", "absolute path"))
        except RefusedArgumentError as error:
            return refusal(error)
        return _COMMAND.format(paths=" ".join(map(shlex.quote, self._paths)), bytes=MAX_BYTES)

    @override
    def process(self, output: list[str]) -> list[bytes]:
        found = Answer(output).all("beginning")
        if len(found) != len(self._paths):
            raise FactProcessError(
                f"the board told of {len(found)} files, asked for {len(self._paths)}"
            )
        try:
            return [base64.b64decode(text, validate=True) for text in found]
        except binascii.Error:
            raise FactProcessError("the beginning of a file arrived damaged") from None
