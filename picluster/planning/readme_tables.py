"""The table of README.md: what each board of a cluster does and gives."""

from collections.abc import Sequence

from picluster.plan.config import ClusterConfig
from picluster.plan.other_roles import other_roles
from picluster.plan.plan import make_plan
from picluster.planning.markdown import table


def tables(config: ClusterConfig) -> dict[str, str]:
    """The text of each table, by its name on the page, for this cluster."""
    made = make_plan(config)
    others = other_roles(config)
    rows = [
        (
            planned.node.name,
            f"{planned.node.model}, {planned.node.memory_gb:g} GB",
            ", ".join((*planned.roles, *others[planned.node.name])),
            str(planned.usable_mb),
            str(planned.taken_mb),
            str(planned.yarn_mb),
        )
        for planned in made.nodes
    ]
    last = ("**together**", "", "", *_sums(rows))
    headings = ("node", "board", "roles", "usable", "system and daemons", "for jobs")
    return {"plan": table(headings, [*rows, last])}


def _sums(rows: Sequence[tuple[str, ...]]) -> list[str]:
    return [str(sum(int(row[column]) for row in rows)) for column in (3, 4, 5)]
