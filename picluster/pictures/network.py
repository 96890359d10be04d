"""The network: who is connected how, and who listens where."""

from collections.abc import Sequence

from picluster.pictures.boards import ICON_WIDTH, draw_icon
from picluster.pictures.chips import HEIGHT as CHIP_HEIGHT
from picluster.pictures.chips import Chip, Family, draw_chips
from picluster.pictures.chips import height as chips_height
from picluster.pictures.measure import shortened, wrapped
from picluster.pictures.style import MARGIN, WIDTH
from picluster.pictures.svg import Drawing
from picluster.plan.boards import Network
from picluster.plan.config import ClusterConfig
from picluster.plan.listeners import Listener, everywhere, listeners
from picluster.plan.node import Node
from picluster.plan.plan import Plan
from picluster.plan.speed import LINK_MBITS
from picluster.plan.urls import Page, addresses

_TRUNK = 40
"""Where the line from the switch goes down."""
_CARD_X = 150
_NAMES_ROOM = 210
_PADDING = 12
_COMPUTER_WIDTH = 420
_INTERNET = (
    "Packages and images come from here; nothing of the cluster needs to be reached from the "
    "Internet."
)
_SYSTEM = frozenset({"SSH", "Swarm", "Swarm manager", "Portainer", "mirror", "archives"})
_LINES = 4
"""Of names, at most."""

_Group = tuple[Sequence[Node], tuple[Listener, ...]]


def network(config: ClusterConfig, plan: Plan) -> str:
    """The picture, as the text of an SVG file."""
    groups = _groups(config, plan)
    drawing = Drawing(f"The network of {config.cluster.name}", _description(config, groups))
    drawing.text(MARGIN, 44, "Who listens where", "headline")
    note = "TCP ports; “on” means the first free one from there on"
    drawing.text(WIDTH - MARGIN, 44, note, "small", anchor="end")
    switch_y = _draw_outside(drawing, config, plan, 64)
    y = switch_y + 30 + 20
    y = _draw_everywhere(drawing, config, y)
    last = y
    for nodes, found in groups:
        y, last = _draw_group(drawing, y, nodes, found)
    drawing.line((_TRUNK, switch_y + 30), (_TRUNK, last), kind="wire", thickness=2.5)
    return drawing.finished(y - 10 + MARGIN)


def _description(config: ClusterConfig, groups: Sequence[_Group]) -> str:
    lines = [f"All boards are in {config.network.subnet}, connected by a switch."]
    lines.append(f"Every board: {_spoken(everywhere(config))}.")
    for nodes, found in groups:
        names = ", ".join(node.name for node in nodes)
        lines.append(f"{names}: {_spoken(found)}.")
    return "\n".join(lines)


def _spoken(found: Sequence[Listener]) -> str:
    return "; ".join(f"{one.what} {one.listed}" for one in found) or "nothing else"


def _groups(config: ClusterConfig, plan: Plan) -> list[_Group]:
    """Boards with the same network and the same services, which are one box."""
    found = {
        name: tuple(one for one in services if not one.loopback)
        for name, services in listeners(config, plan).items()
    }
    groups: dict[tuple[Network, tuple[Listener, ...]], list[Node]] = {}
    for node in config.nodes:
        groups.setdefault((node.board.network, found[node.name]), []).append(node)
    return [(nodes, services) for (_, services), nodes in groups.items()]


def _draw_outside(drawing: Drawing, config: ClusterConfig, plan: Plan, y: float) -> float:
    """The owner's computer, the router and the switch; gives the upper edge of the switch."""
    pages = addresses(config, plan)
    height = max(58 + 17 * len(pages), 109)
    switch_y = y + height + 22
    router_x = MARGIN + _COMPUTER_WIDTH + 24
    router_width = WIDTH - MARGIN - router_x
    for x, width in ((MARGIN, _COMPUTER_WIDTH), (router_x, router_width)):
        drawing.box(x, y, width, height, "card edge", radius=8)
        middle = x + width / 2
        drawing.line((middle, y + height), (middle, switch_y), kind="wire", thickness=2.5)
    _tell_computer(drawing, config, pages, y)
    _tell_router(drawing, config, router_x + _PADDING, y, router_width - 2 * _PADDING)
    _draw_switch(drawing, config, switch_y)
    return switch_y


def _tell_computer(drawing: Drawing, config: ClusterConfig, pages: list[Page], y: float) -> None:
    left, right = MARGIN + _PADDING, MARGIN + _COMPUTER_WIDTH - _PADDING
    drawing.text(left, y + 23, "Your computer", "name")
    ssh = f"SSH to every board, port {config.ssh.port}: deploys and jobs"
    drawing.text(left, y + 42, shortened(ssh, "quiet", right - left), "quiet")
    for row, page in enumerate(pages):
        line = y + 64 + 17 * row
        drawing.text(left, line, page.title, "body")
        drawing.text(right, line, page.url, "quiet", anchor="end")


def _tell_router(drawing: Drawing, config: ClusterConfig, x: float, y: float, room: float) -> None:
    drawing.text(x, y + 23, "Router and Internet", "name")
    gateway = config.network.gateway
    lines = [str(gateway) if gateway else "its address is not declared"]
    lines += wrapped(_INTERNET.split(), "quiet", room)
    for row, text in enumerate(lines):
        drawing.text(x, y + 42 + 17 * row, text, "quiet")


def _draw_switch(drawing: Drawing, config: ClusterConfig, y: float) -> None:
    drawing.box(MARGIN, y, WIDTH - 2 * MARGIN, 30, "chip-system", radius=6)
    text = f"Switch · {config.network.subnet}"
    drawing.text(WIDTH / 2, y + 19.5, text, "strong", anchor="middle")
    for place in range(8):
        drawing.box(MARGIN + 40 + place * 14, y + 11, 9, 8, "chip", radius=1.5)


def _chips(found: Sequence[Listener]) -> list[Chip]:
    return [Chip(f"{one.what} {one.listed}", _family(one)) for one in found]


def _family(listener: Listener) -> Family:
    if listener.of_jobs:
        return "jobs"
    return "system" if listener.what in _SYSTEM else "daemons"


def _draw_everywhere(drawing: Drawing, config: ClusterConfig, y: float) -> float:
    width = WIDTH - MARGIN - _CARD_X
    drawing.box(_CARD_X, y, width, 43, "card edge dashed", radius=8)
    drawing.text(_CARD_X + _PADDING, y + 27, "Every board", "name")
    room = width - _NAMES_ROOM - 2 * _PADDING
    draw_chips(drawing, _CARD_X + _PADDING + _NAMES_ROOM, y + 12, _chips(everywhere(config)), room)
    return y + 43 + 10


def _draw_group(
    drawing: Drawing, y: float, nodes: Sequence[Node], found: tuple[Listener, ...]
) -> tuple[float, float]:
    """A box of boards; gives where the next one begins and where this one's wire is."""
    width = WIDTH - MARGIN - _CARD_X
    room = width - _NAMES_ROOM - 2 * _PADDING
    chips = _chips(found)
    names = _names(nodes, _NAMES_ROOM - ICON_WIDTH - 24)
    subtitle = _subtitle(nodes)
    height = max(chips_height(chips, room) + 26, 19 * len(names) + 17 * len(subtitle) + 22)
    drawing.box(_CARD_X, y, width, height, "card edge", radius=8)
    for row, text in enumerate(names):
        drawing.text(_CARD_X + _PADDING, y + 25 + 19 * row, text, "name")
    below = y + 25 + 19 * (len(names) - 1) + 18
    for row, text in enumerate(subtitle):
        drawing.text(_CARD_X + _PADDING, below + 16 * row, text, "small")
    draw_icon(drawing, _CARD_X + _NAMES_ROOM - ICON_WIDTH - 4, y + 12)
    top = y + (height - (chips_height(chips, room) or CHIP_HEIGHT)) / 2
    if chips:
        draw_chips(drawing, _CARD_X + _PADDING + _NAMES_ROOM, top, chips, room)
    else:
        x = _CARD_X + _PADDING + _NAMES_ROOM
        drawing.text(x, y + height / 2 + 4, "nothing besides", "quiet")
    wire = y + height / 2
    _draw_wire(drawing, wire, nodes[0].board.network)
    return y + height + 10, wire


def _draw_wire(drawing: Drawing, y: float, kind: Network) -> None:
    mbits = LINK_MBITS[kind]
    if mbits is None:
        drawing.line((_TRUNK, y), (_CARD_X, y), kind="wire dashed", thickness=1.5)
        drawing.text((_TRUNK + _CARD_X) / 2, y - 6, "no wired port", "small", anchor="middle")
        return
    thickness = 2.5 if mbits >= 1000 else 1.5
    drawing.line((_TRUNK, y), (_CARD_X, y), kind="wire", thickness=thickness)
    text = "1 Gbit/s" if mbits == 1000 else f"{mbits} Mbit/s"
    drawing.text((_TRUNK + _CARD_X) / 2, y - 6, text, "small", anchor="middle")


def _names(nodes: Sequence[Node], room: float) -> list[str]:
    lines = wrapped([node.name for node in nodes], "name", room)
    if len(lines) <= _LINES:
        return lines
    shown = lines[: _LINES - 1]
    count = sum(len(line.split()) for line in shown)
    return [*shown, shortened(f"and {len(nodes) - count} more", "name", room)]


def _subtitle(nodes: Sequence[Node]) -> list[str]:
    if len(nodes) == 1:
        (node,) = nodes
        called = node.board.name
        texts = [f"{'Pi ' * called[0].isdigit()}{called} · {node.address}"]
    else:
        titles = dict.fromkeys(node.board.title for node in nodes)
        models = [title.removeprefix("Raspberry Pi ") for title in titles]
        texts = wrapped(models, "small", _NAMES_ROOM - 20, ", ")
    return [shortened(text, "small", _NAMES_ROOM - 8) for text in texts]
