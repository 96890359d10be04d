"""Chips: short texts on coloured pills, which flow from line to line."""

from dataclasses import dataclass
from typing import Literal

from picluster.pictures.measure import shortened, width
from picluster.pictures.svg import Drawing

Family = Literal["system", "daemons", "jobs"]
"""Whose memory it stands for: the same colours as in the bars."""

HEIGHT, GAP = 19, 4
_PADDING = 5.5


@dataclass(frozen=True, slots=True)
class Chip:
    """One of them."""

    text: str
    family: Family


@dataclass(frozen=True, slots=True)
class _Placed:
    chip: Chip
    text: str
    x: float
    y: float
    width: float


def flowed(chips: list[Chip], room: float) -> list[_Placed]:
    """The chips with their places, in lines of so many pixels, from (0, 0) on."""
    placed: list[_Placed] = []
    x, y = 0.0, 0.0
    for chip in chips:
        text = shortened(chip.text, f"on-{chip.family}", room - 2 * _PADDING)
        size = width(text, f"on-{chip.family}") + 2 * _PADDING
        if x and x + size > room:
            x, y = 0.0, y + HEIGHT + GAP
        placed.append(_Placed(chip, text, x, y, size))
        x += size + GAP
    return placed


def height(chips: list[Chip], room: float) -> float:
    """Pixels that they take; 0 for none."""
    placed = flowed(chips, room)
    return placed[-1].y + HEIGHT if placed else 0


def draw_chips(drawing: Drawing, x: float, y: float, chips: list[Chip], room: float) -> None:
    """Draws them, with their upper left corner at (x, y)."""
    for one in flowed(chips, room):
        family = one.chip.family
        radius = HEIGHT / 2
        drawing.box(x + one.x, y + one.y, one.width, HEIGHT, f"chip-{family}", radius=radius)
        middle = x + one.x + one.width / 2
        drawing.text(middle, y + one.y + 13.5, one.text, f"on-{family}", anchor="middle")
