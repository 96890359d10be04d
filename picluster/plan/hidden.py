"""Values that no output may show: they are handed on whole, and printed never."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Hidden:
    """A text with secrets in it, for an operation's argument: `repr` and `--json` hide it."""

    text: str = field(repr=False)

    def to_json(self) -> str:
        """What `pyinfra … --json` shows of it."""
        return "(a secret: not shown)"
