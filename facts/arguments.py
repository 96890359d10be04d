"""Names given to a fact: checked before they reach a board's shell."""

import re
import shlex


class RefusedArgumentError(ValueError):
    """An argument that no command can be made of; the message says why."""


def checked_names(names: list[str], pattern: str, kind: str) -> list[str]:
    """The names without duplicates, in their order.

    A single text counts as a list of one, as `pyinfra … fact facts.units.Units units=ssh.service`
    passes it.

    + pattern: regular expression that a whole name must match
    + kind: what the names are, in the singular, for the message

    Raises RefusedArgumentError.
    """
    listed = [names] if isinstance(names, str) else names
    if not isinstance(listed, list | tuple):
        raise RefusedArgumentError(f"{listed!r} is no list of names, each a {kind}")
    for name in listed:
        if not isinstance(name, str) or not re.fullmatch(pattern, name, re.ASCII | re.DOTALL):
            raise RefusedArgumentError(f"{name!r} is no {kind}")
    return list(dict.fromkeys(listed))


def refusal(error: RefusedArgumentError) -> str:
    """A command whose answer makes `Answer` fail the fact with this message.

    An exception raised where pyinfra asks for the command would show a traceback, and end the run
    for all hosts.
    """
    message = str(error).encode("ascii", "backslashreplace").decode()
    return f"printf 'refused=%s\\n' {shlex.quote(message)}"
