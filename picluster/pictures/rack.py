"""The rack: every board with its roles, and where its memory goes."""

from dataclasses import dataclass

from picluster.pictures.boards import ICON_WIDTH, draw_icon, role_chips
from picluster.pictures.chips import Chip, draw_chips
from picluster.pictures.chips import height as chips_height
from picluster.pictures.measure import shortened
from picluster.pictures.style import MARGIN, WIDTH
from picluster.pictures.svg import Drawing
from picluster.plan.boards import Model, Network
from picluster.plan.config import ClusterConfig
from picluster.plan.plan import NodePlan, Plan
from picluster.plan.shares import RESERVED
from picluster.plan.wording import TITLES
from picluster.plan.workers import SUBMITTED_JOBS

_COLUMNS, _GAP, _PADDING = 4, 12, 11
_HEAD, _FOOT = 56, 48
"""Of a card: name and address above its chips, bar and sum below."""

_DAEMONS = frozenset({*TITLES.values(), SUBMITTED_JOBS})

_NETWORKS: dict[Network, str] = {
    "gigabit": "gigabit network",
    "gigabit-usb2": "network of 300 Mbit/s at most",
    "fast-ethernet": "network of 100 Mbit/s",
    "none": "no network port of its own",
}

_LEGEND = (
    ("system", "system, Docker, Portainer"),
    ("daemons", "Hadoop's daemons"),
    ("jobs", "YARN, for jobs"),
    ("free", "your own and free"),
)


@dataclass(frozen=True, slots=True)
class Bar:
    """A board's usable memory in MiB, by who has it."""

    system: int
    daemons: int
    jobs: int
    free: int


def bar_of(planned: NodePlan) -> Bar:
    """The parts of a node's bar; together they are its usable memory."""
    shares = {share.what: share.mb for share in planned.shares}
    daemons = sum(mb for what, mb in shares.items() if what in _DAEMONS)
    kept = shares.get(RESERVED, 0)
    return Bar(
        system=planned.taken_mb - daemons - kept,
        daemons=daemons,
        jobs=planned.yarn_mb,
        free=kept + planned.left_mb,
    )


def rack(config: ClusterConfig, plan: Plan) -> str:
    """The picture, as the text of an SVG file."""
    drawing = Drawing(f"The boards of {config.cluster.name}", _description(config, plan))
    y = _draw_headline(drawing, config, plan)
    chips = role_chips(config, plan)
    groups = _by_model(plan)
    columns = min(_COLUMNS, max(map(len, groups.values())))
    for model, boards in groups.items():
        y = _draw_heading(drawing, y, model, len(boards))
        for start in range(0, len(boards), columns):
            y = _draw_row(drawing, y, boards[start : start + columns], chips, columns)
        y += 10
    return drawing.finished(_draw_legend(drawing, y + 4))


def _description(config: ClusterConfig, plan: Plan) -> str:
    lines = [f"{_sum(config, plan)}."]
    chips = role_chips(config, plan)
    for planned in plan.nodes:
        node, bar = planned.node, bar_of(planned)
        texts = [chip.text for chip in chips[node.name]]
        lines.append(
            f"{node.name}, {node.board.title}, {node.memory_gb:g} GB: {', '.join(texts)}; of "
            f"{planned.usable_mb} MiB system {bar.system}, daemons {bar.daemons}, YARN {bar.jobs}, "
            f"free {bar.free}."
        )
    return "\n".join(lines)


def _sum(config: ClusterConfig, plan: Plan) -> str:
    count = len(config.nodes)
    parts = [
        "1 board" if count == 1 else f"{count} boards",
        f"{config.cores} cores",
        f"{config.memory_gb:g} GB",
    ]
    if plan.yarn_mb:
        parts.append(f"{plan.yarn_mb} MiB for jobs")
    if plan.spark:
        parts.append(f"{plan.spark.max_executors} executors of Spark at once")
    return " · ".join(parts)


def _draw_headline(drawing: Drawing, config: ClusterConfig, plan: Plan) -> float:
    room = WIDTH - 2 * MARGIN
    drawing.text(MARGIN, 44, shortened(config.cluster.name, "headline", room), "headline")
    drawing.text(MARGIN, 66, shortened(_sum(config, plan), "quiet", room), "quiet")
    return 82


def _by_model(plan: Plan) -> dict[Model, list[NodePlan]]:
    groups: dict[Model, list[NodePlan]] = {}
    for planned in plan.nodes:
        groups.setdefault(planned.node.board, []).append(planned)
    return groups


def _draw_heading(drawing: Drawing, y: float, model: Model, count: int) -> float:
    drawing.text(MARGIN, y + 18, model.title, "heading")
    text = f"{count} × {model.cores} cores, {_NETWORKS[model.network]}"
    drawing.text(WIDTH - MARGIN, y + 18, text, "quiet", anchor="end")
    return y + 30


def _draw_row(
    drawing: Drawing,
    y: float,
    boards: list[NodePlan],
    chips: dict[str, list[Chip]],
    columns: int,
) -> float:
    size = (WIDTH - 2 * MARGIN - (columns - 1) * _GAP) / columns
    inner = size - 2 * _PADDING
    highest = max(chips_height(chips[planned.node.name], inner) for planned in boards)
    height = _HEAD + highest + _FOOT
    for place, planned in enumerate(boards):
        x = MARGIN + place * (size + _GAP)
        drawing.box(x, y, size, height, "card edge", radius=8)
        _draw_head(drawing, x + _PADDING, y, planned, inner)
        draw_chips(drawing, x + _PADDING, y + _HEAD, chips[planned.node.name], inner)
        _draw_bar(drawing, x + _PADDING, y + height - _FOOT + 12, planned, inner)
    return y + height + _GAP


def _draw_head(drawing: Drawing, x: float, y: float, planned: NodePlan, room: float) -> None:
    node = planned.node
    name = shortened(node.name, "name", room - ICON_WIDTH - 8)
    drawing.text(x, y + 25, name, "name")
    place = shortened(f"{node.memory_gb:g} GB · {node.address}", "small", room)
    drawing.text(x, y + 43, place, "small")
    draw_icon(drawing, x + room - ICON_WIDTH - 1, y + 10)


def _draw_bar(drawing: Drawing, x: float, y: float, planned: NodePlan, room: float) -> None:
    bar, total = bar_of(planned), planned.usable_mb
    drawing.box(x, y, room, 10, "free")
    at = x
    for kind, mb in (("system", bar.system), ("daemons", bar.daemons), ("jobs", bar.jobs)):
        drawing.box(at, y, room * mb / total, 10, kind)
        at += room * mb / total
    text = f"YARN {bar.jobs} of {total} MiB" if bar.jobs else f"{total} MiB, none to YARN"
    drawing.text(x, y + 25, shortened(text, "small", room), "small")


def _draw_legend(drawing: Drawing, y: float) -> float:
    for place, (kind, text) in enumerate(_LEGEND):
        x = MARGIN + place * (WIDTH - 2 * MARGIN + _GAP) / len(_LEGEND)
        drawing.box(x, y, 12, 12, kind, radius=2)
        drawing.text(x + 18, y + 10.5, text, "small")
    return y + 12 + MARGIN
