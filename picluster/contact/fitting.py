"""Whether the boards of a new cluster.toml can carry what it turns on, and what to leave out."""

from collections.abc import Callable, Mapping
from typing import Any

from picluster.plan.load import parse_config
from picluster.plan.plan import PlanError, make_plan

FEWER: tuple[tuple[str, ...], ...] = (("spark",), ("spark", "yarn"), ("spark", "yarn", "hdfs"))
"""What may be left out, least first: each needs those that stand behind it."""


def why_not(data: Mapping[str, Any]) -> PlanError | None:
    """Why the boards cannot carry it; None where they can.

    Raises ConfigError for data that is no valid cluster.toml.
    """
    try:
        make_plan(parse_config(data, "cluster.toml"))
    except PlanError as error:
        return error
    return None


def fewest(data: Callable[[tuple[str, ...]], Mapping[str, Any]]) -> tuple[str, ...] | None:
    """The fewest services to leave out so that the rest fits; None where that does not help.

    + data: of the file without these services
    """
    return next((without for without in FEWER if why_not(data(without)) is None), None)
