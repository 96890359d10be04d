"""Reading a picture: its texts and boxes, with their places."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass

from picluster.pictures.measure import width
from picluster.pictures.style import TYPES

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Area:
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def size(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)

    def holds(self, other: "Area", slack: float = 0.2) -> bool:
        return (
            self.left - slack <= other.left
            and self.top - slack <= other.top
            and other.right <= self.right + slack
            and other.bottom <= self.bottom + slack
        )

    def meets(self, other: "Area") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


@dataclass(frozen=True)
class Text:
    """A text and the place that it takes at most."""

    text: str
    area: Area
    anchor: tuple[float, float]


def parsed(picture: str) -> ET.Element:
    """The root of a picture, which is valid XML then."""
    return ET.fromstring(picture)  # noqa: S314 - made by this project


def texts(root: ET.Element) -> Iterator[Text]:
    """Every text that is drawn."""
    for element in root.iter(f"{SVG}text"):
        kind, said = element.attrib["class"], element.text or ""
        x, y = float(element.attrib["x"]), float(element.attrib["y"])
        wide, size = width(said, kind), TYPES[kind].size
        left = x - wide * {"start": 0, "middle": 0.5, "end": 1}[element.get("text-anchor", "start")]
        # Letters reach 0.76 of the size above their line, and 0.24 below it.
        area = Area(left, y - 0.76 * size, left + wide, y + 0.24 * size)
        yield Text(said, area, (x, y))


def boxes(root: ET.Element) -> Iterator[Area]:
    """Every rectangle, the ground first."""
    for element in root.iter(f"{SVG}rect"):
        x, y = float(element.get("x", "0")), float(element.get("y", "0"))
        wide, high = float(element.attrib["width"]), float(element.attrib["height"])
        yield Area(x, y, x + wide, y + high)
