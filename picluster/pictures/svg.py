"""A drawing that becomes SVG: shapes and texts at places in pixels."""

import xml.etree.ElementTree as ET

from picluster.pictures.style import WIDTH, css

_NAMESPACE = "http://www.w3.org/2000/svg"


class Drawing:
    """A picture of the width WIDTH, which grows downwards.

    `kind` is a class of the stylesheet in `style`.
    """

    def __init__(self, title: str, description: str) -> None:
        """A drawing with the texts that are read out to who cannot see it."""
        self._root = ET.Element(
            "svg", xmlns=_NAMESPACE, role="img", attrib={"aria-labelledby": "title description"}
        )
        ET.SubElement(self._root, "title", id="title").text = title
        ET.SubElement(self._root, "desc", id="description").text = description
        ET.SubElement(self._root, "style").text = css()
        self._ground = ET.SubElement(self._root, "rect", attrib={"class": "ground", "rx": "10"})

    def box(
        self, x: float, y: float, width: float, height: float, kind: str, *, radius: float = 0
    ) -> None:
        """A rectangle, by its upper left corner."""
        attributes = _at(x=x, y=y, width=width, height=height) | {"class": kind}
        if radius:
            attributes |= _at(rx=radius)
        ET.SubElement(self._root, "rect", attributes)

    def text(self, x: float, y: float, text: str, kind: str, *, anchor: str = "start") -> None:
        """One line of text; `y` is that of the line that letters stand on."""
        attributes = _at(x=x, y=y) | {"class": kind}
        if anchor != "start":
            attributes["text-anchor"] = anchor
        ET.SubElement(self._root, "text", attributes).text = text

    def line(self, *points: tuple[float, float], kind: str, thickness: float = 1) -> None:
        """A line through these points."""
        attributes = {"points": " ".join(f"{_number(x)},{_number(y)}" for x, y in points)}
        attributes["class"] = kind
        if thickness != 1:
            # A style, since the class has a thickness, too, and wins over an attribute.
            attributes["style"] = f"stroke-width:{_number(thickness)}"
        ET.SubElement(self._root, "polyline", attributes)

    def arrow(self, *points: tuple[float, float]) -> None:
        """A line through these points with a tip at its end; the last part is level or upright."""
        (x0, y0), (x, y) = points[-2:]
        length = max(abs(x - x0), abs(y - y0))
        dx, dy = (x - x0) / length * 7, (y - y0) / length * 7
        self.line(*points[:-1], (x - dx, y - dy), kind="flow", thickness=1.5)
        side_x, side_y = -dy * 0.6, dx * 0.6
        corners = (
            (x, y),
            (x - dx + side_x, y - dy + side_y),
            (x - dx - side_x, y - dy - side_y),
        )
        shape = " ".join(f"{_number(a)},{_number(b)}" for a, b in corners)
        ET.SubElement(self._root, "polygon", {"points": shape, "class": "tip"})

    def finished(self, height: float) -> str:
        """The whole file, of this height, which ends with a line break."""
        size = {"width": _number(WIDTH), "height": _number(height)}
        self._ground.attrib |= size
        self._root.attrib |= size | {"viewBox": f"0 0 {size['width']} {size['height']}"}
        ET.indent(self._root)
        return ET.tostring(self._root, encoding="unicode") + "\n"


def _at(**numbers: float) -> dict[str, str]:
    return {name: _number(value) for name, value in numbers.items()}


def _number(value: float) -> str:
    """A tenth of a pixel is exact enough, and the same on every computer."""
    return f"{round(value, 1):g}"
