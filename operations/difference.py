"""Showing under --diff what an operation would write."""

from collections.abc import Sequence

from pyinfra import host, logger, state
from pyinfra.operations.util.files import generate_color_diff


def show(path: str, present: Sequence[str], wished: Sequence[str]) -> None:
    """Logs a unified diff of a file's lines when the run was asked for diffs."""
    if not state.config.DIFF:
        return
    logger.info(f"{host.print_prefix}{path}")
    for line in generate_color_diff(list(present), list(wished)):
        logger.info(f"{host.print_prefix}  {line}")
