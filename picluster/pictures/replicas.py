"""Where HDFS would put the blocks of a file: an example for the picture."""

from picluster.plan.plan import Plan

BLOCKS = "ABC"


def placed(plan: Plan) -> dict[str, str]:
    """The blocks that each DataNode keeps, by its name, in the order of cluster.toml.

    HDFS's own rule for a file from outside: the first replica anywhere, the second in another rack
    (where there is one), the third in the second's. HDFS draws lots; here the boards take turns.
    """
    names = plan.having("datanode")
    kept = dict.fromkeys(names, "")
    for turn, block in enumerate(BLOCKS):
        for name in _replicas(plan, names, turn):
            kept[name] += block
    return kept


def _replicas(plan: Plan, names: tuple[str, ...], turn: int) -> list[str]:
    """Names of the DataNodes that keep one block."""
    racks = {planned.node.name: planned.rack for planned in plan.nodes}
    first = names[turn % len(names)]
    others = [names[(turn + step) % len(names)] for step in range(1, len(names))]
    away = [name for name in others if racks[name] != racks[first]]
    near = [name for name in others if racks[name] == racks[first]]
    away = away[turn % len(away) :] + away[: turn % len(away)] if away else []
    return [first, *away[:2], *near, *away[2:]][: plan.replication]
