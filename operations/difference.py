"""Telling what an operation would change: noted for `picluster drift`, shown under --diff."""

import os
from collections.abc import Sequence
from pathlib import Path

from pyinfra import host, logger, state
from pyinfra.operations.util.files import generate_color_diff

from picluster.plan.drift import VARIABLE, Difference, Unseen, shown


def note(what: str, found: str, wanted: str) -> None:
    """Notes one thing that this operation would change, where notes are wanted; logged at --debug.

    To be called for each such thing, before the operation yields its first command: pyinfra looks
    no further. Never with a secret's content.

    + what: the thing, as an owner of the board knows it
    + found: how it is there
    + wanted: how it should be
    """
    logger.debug(f"{host.print_prefix}{shown(what)}: {shown(found)} -> {shown(wanted)}")
    if not is_noting():
        return
    # Set by pyinfra for the outermost operation, which is the one that it shows.
    operation_hash = host.current_op_hash or ""
    meta = state.op_meta.get(operation_hash)
    difference = Difference(
        host=host.name,
        operation=min(meta.names) if meta is not None and meta.names else "",
        operation_hash=operation_hash,
        what=shown(what),
        found=shown(found),
        wanted=shown(wanted),
    )
    _write(difference.line())


def unseen(what: str, why: str, behind: Sequence[str]) -> None:
    """Notes that this host's operation, or deploy, could not look at something: where nothing else
    told of it, it would look as if it were as planned.

    + why: in words that say what to do
    + behind: hosts of which any difference, or silence, tells of it already
    """
    if is_noting():
        _write(Unseen(host.name, shown(what), shown(why), tuple(behind)).line())


def _write(line: str) -> None:
    try:
        with Path(os.environ[VARIABLE]).open("a", encoding="utf-8") as notes:
            notes.write(line)
    except OSError as error:
        logger.warning(f"{host.print_prefix}{VARIABLE}: nothing noted, {error.strerror}")


def is_noting() -> bool:
    """Whether differences are to be noted: while changes are looked for, and somebody reads."""
    return bool(os.environ.get(VARIABLE)) and not state.is_executing


def show(path: str, present: Sequence[str], wished: Sequence[str]) -> None:
    """Logs a unified diff of a file's lines when the run was asked for diffs."""
    if not state.config.DIFF:
        return
    logger.info(f"{host.print_prefix}{path}")
    for line in generate_color_diff(list(present), list(wished)):
        logger.info(f"{host.print_prefix}  {line}")
