"""Values as they come from a command line: a lone text for a list, a number for a text."""

from collections.abc import Mapping


class WrongValueError(ValueError):
    """A value of another kind than the operation takes; the message says which it takes."""


def texts(name: str, values: object) -> list[str]:
    """A list of texts; a lone text is a list of one, not of its letters. Raises WrongValueError."""
    if isinstance(values, str):
        return [values]
    if isinstance(values, list | tuple) and all(isinstance(value, str) for value in values):
        return list(values)
    raise WrongValueError(f"{name} takes a list of texts, not {values!r}")


def table(name: str, values: object) -> dict[str, str]:
    """Key to text; whole numbers are taken as texts. Raises WrongValueError."""
    if not isinstance(values, Mapping) or not all(
        isinstance(key, str) and isinstance(value, str | int) and not isinstance(value, bool)
        for key, value in values.items()
    ):
        raise WrongValueError(f'{name} takes a table such as {{"key": "value"}}, not {values!r}')
    return {key: str(value) for key, value in values.items()}
