"""A cluster.toml on this computer: read for an edit, checked, and written in one step."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli

from picluster.plan.errors import UserError
from picluster.plan.load import parse_config
from picluster.plan.problems import ConfigError


def read(path: Path) -> tuple[str, dict[str, Any]]:
    """Its text and its data, which may be no valid cluster.toml yet. Raises UserError."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        return text, tomli.loads(text)
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise UserError(f"{path} is not TOML: {error}; see picluster validate {path}") from None


def checked(path: Path, text: str, meant: Mapping[str, Any]) -> str:
    """The text, if it says what is meant and makes a valid cluster.toml. Raises UserError."""
    try:
        same = tomli.loads(text) == meant
    except tomli.TOMLDecodeError:
        same = False
    if not same:
        raise UserError(
            f"{path} is left as it was: its nodes are not written as plain [[node]] tables with "
            "each key on a line of its own. Paste the boards' entries by hand; without --write "
            "they are shown"
        )
    try:
        parse_config(meant, str(path))
    except ConfigError as error:
        problems = "\n".join(f"  {problem.line}" for problem in error.problems)
        raise UserError(
            f"{path} is left as it was, because this would be wrong with it:\n{problems}"
        ) from None
    return text


def write(path: Path, text: str) -> None:
    """Puts the text in place, whole or not at all. Raises UserError."""
    target = path.resolve()  # a link stays a link
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
                os.fchmod(
                    file.fileno(), target.stat().st_mode & 0o777 if target.exists() else 0o644
                )
            Path(temporary).replace(target)
        finally:
            Path(temporary).unlink(missing_ok=True)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}") from None
