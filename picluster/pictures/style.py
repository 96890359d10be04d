"""What the pictures look like: sizes of text and colours, light and dark."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

WIDTH = 840
"""Pixels; a README shows no more without making it smaller."""
MARGIN = 24

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', Verdana, sans-serif"


@dataclass(frozen=True, slots=True)
class Type:
    """A kind of text."""

    size: int
    """Pixels."""
    bold: bool = False
    colour: str = "ink"


TYPES: Mapping[str, Type] = MappingProxyType(
    {
        "headline": Type(22, bold=True),
        "heading": Type(14, bold=True),
        "name": Type(15, bold=True),
        "body": Type(12),
        "strong": Type(12, bold=True),
        "quiet": Type(12, colour="quiet"),
        "small": Type(11, colour="quiet"),
        "on-system": Type(11, colour="on-system"),
        "on-daemons": Type(11, colour="on-daemons"),
        "on-jobs": Type(11, colour="on-jobs"),
    }
)
"""By the class that a text has in the picture."""

_INK = {
    "ink": ("#1f2328", "#f0f6fc"),
    "quiet": ("#59636e", "#9aa4b0"),
    "on-system": ("#3d444d", "#d1d7e0"),
    "on-daemons": ("#2a3a94", "#c5cdfb"),
    "on-jobs": ("#0f5a35", "#a9e8c4"),
}

_FILLS = {
    "ground": ("#ffffff", "#0d1117"),
    "card": ("#f6f8fa", "#161b22"),
    "system": ("#8b949e", "#6e7681"),
    "daemons": ("#5468d4", "#7183e8"),
    "jobs": ("#2f9e64", "#3fb077"),
    "free": ("#dde2e8", "#2d333b"),
    "chip-system": ("#e4e8ec", "#2d333b"),
    "chip-daemons": ("#e1e6fb", "#232c5c"),
    "chip-jobs": ("#d6f2e2", "#11402a"),
    "board": ("#2e8b57", "#2e7d4f"),
    "part": ("#d7dde3", "#aab4be"),
    "chip": ("#23282e", "#0d1117"),
    "tip": ("#59636e", "#9aa4b0"),
    "paint": ("#2f9e64", "#3fb077"),
}

_STROKES = {
    "edge": ("#d1d9e0", "#3d444d"),
    "wire": ("#8b949e", "#6e7681"),
    "flow": ("#59636e", "#9aa4b0"),
}
"""Light and dark."""


def css() -> str:
    """The stylesheet of every picture."""
    kinds = "".join(
        f".{name}{{font-size:{kind.size}px{';font-weight:700' * kind.bold}}}\n"
        for name, kind in TYPES.items()
    )
    return (
        f"text{{font-family:{FONT}}}\n{kinds}"
        ".edge,.wire,.flow{stroke-width:1}\n.wire,.flow{fill:none}\n.dashed{stroke-dasharray:4 3}\n"
        f"{_colours(0)}@media (prefers-color-scheme:dark){{\n{_colours(1)}}}\n"
    )


def _colours(look: int) -> str:
    """The rules of one look: 0 light, 1 dark."""
    texts = (f".{name}{{fill:{_INK[kind.colour][look]}}}\n" for name, kind in TYPES.items())
    fills = (f".{name}{{fill:{looks[look]}}}\n" for name, looks in _FILLS.items())
    strokes = (f".{name}{{stroke:{looks[look]}}}\n" for name, looks in _STROKES.items())
    return "".join((*texts, *fills, *strokes))
