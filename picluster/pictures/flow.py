"""A flow: three boxes from left to right, with arrows and numbered steps."""

from dataclasses import dataclass
from typing import Literal

from picluster.pictures.measure import shortened, wrapped
from picluster.pictures.style import MARGIN, WIDTH
from picluster.pictures.svg import Drawing

_LEFT, _MIDDLE, _RIGHT = 172, 208, 310
_GAP = (WIDTH - 2 * MARGIN - _LEFT - _MIDDLE - _RIGHT) / 2
_PADDING = 12
_CELL_WIDTH, _CELL_HEIGHT, _CELL_GAP, _CELLS = 68, 42, 5, 8


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the flow: who, and where."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A small board in the last box, with a mark for each thing that it holds."""

    name: str
    marks: str
    """A letter for each; a number stands as it is."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What is shown and told."""

    heading: str
    first: Box
    second: Box
    third: Box
    cells: tuple[Cell, ...]
    family: Literal["daemons", "jobs"]
    """Colour of the marks."""
    steps: tuple[str, ...]
    by_way: bool = False
    """Whether step 2 goes from the first box past the second to the third."""


def draw_flow(drawing: Drawing, y: float, flow: Flow) -> float:
    """Draws it from this height on; gives the height below it."""
    drawing.text(MARGIN, y + 16, flow.heading, "heading")
    y += 28
    cells = _shown(flow.cells)
    rows = -(-len(cells) // 4)
    boxes = (flow.first, flow.second, flow.third)
    height = max(46 + 17 * max(len(box.lines) for box in boxes), 50 + rows * (_CELL_HEIGHT + 5))
    if flow.by_way:
        height = max(height, 110)
    x = float(MARGIN)
    for box, width in zip(boxes, (_LEFT, _MIDDLE, _RIGHT), strict=True):
        lower = 34 if flow.by_way and box is flow.second else 0
        _draw_box(drawing, x, y, width, height - lower, box)
        x += width + _GAP
    _draw_cells(drawing, WIDTH - MARGIN - _RIGHT + _PADDING, y + 42, cells, flow.family)
    _draw_arrows(drawing, y, height, by_way=flow.by_way)
    return _draw_steps(drawing, y + height + 12, flow.steps)


def _draw_box(drawing: Drawing, x: float, y: float, width: float, height: float, box: Box) -> None:
    drawing.box(x, y, width, height, "card edge", radius=8)
    room = width - 2 * _PADDING
    drawing.text(x + _PADDING, y + 24, shortened(box.name, "name", room), "name")
    for row, line in enumerate(box.lines):
        drawing.text(x + _PADDING, y + 44 + 17 * row, shortened(line, "quiet", room), "quiet")


def _shown(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """As many as there is room for, those that hold something first; the last one says how many
    are left out."""
    if len(cells) <= _CELLS:
        return cells
    telling = sorted(cells, key=lambda cell: not cell.marks)
    return (*telling[: _CELLS - 1], Cell(f"{len(cells) - _CELLS + 1} more", ""))


def _draw_cells(drawing: Drawing, x: float, y: float, cells: tuple[Cell, ...], family: str) -> None:
    for place, cell in enumerate(cells):
        row, column = divmod(place, 4)
        left = x + column * (_CELL_WIDTH + _CELL_GAP)
        top = y + row * (_CELL_HEIGHT + 5)
        drawing.box(left, top, _CELL_WIDTH, _CELL_HEIGHT, "ground edge", radius=5)
        drawing.text(left + 6, top + 15, shortened(cell.name, "small", _CELL_WIDTH - 12), "small")
        for number, mark in enumerate([cell.marks] if cell.marks.isdigit() else cell.marks):
            size = 26 if cell.marks.isdigit() else 15
            at = left + 6 + number * 18
            drawing.box(at, top + 21, size, 16, f"chip-{family}", radius=3)
            drawing.text(at + size / 2, top + 33, mark, f"on-{family}", anchor="middle")


def _draw_arrows(drawing: Drawing, y: float, height: float, *, by_way: bool) -> None:
    first_end = MARGIN + _LEFT
    second = first_end + _GAP
    second_end = second + _MIDDLE
    third = second_end + _GAP
    upper = y + height / 2 - (17 if by_way else 0)
    drawing.arrow((first_end + 4, upper), (second - 4, upper))
    _draw_number(drawing, first_end + _GAP / 2, upper - 14, "1")
    if by_way:
        lower = y + height - 14
        drawing.arrow((first_end + 4, lower), (third - 4, lower))
        _draw_number(drawing, first_end + _GAP / 2, lower - 14, "2")
    else:
        drawing.arrow((second_end + 4, upper), (third - 4, upper))
        _draw_number(drawing, second_end + _GAP / 2, upper - 14, "2")


def _draw_number(drawing: Drawing, x: float, y: float, number: str) -> None:
    drawing.box(x - 9, y - 9, 18, 18, "chip-system", radius=9)
    drawing.text(x, y + 4, number, "on-system", anchor="middle")


def _draw_steps(drawing: Drawing, y: float, steps: tuple[str, ...]) -> float:
    for number, step in enumerate(steps, start=1):
        lines = wrapped(step.split(), "body", WIDTH - 2 * MARGIN - 28)
        _draw_number(drawing, MARGIN + 9, y + 9, str(number))
        for line in lines:
            drawing.text(MARGIN + 28, y + 13, line, "body")
            y += 17
        y += 6
    return y + 14
