"""How wide a text is at most, whatever font the reader's computer has for it."""

from picluster.pictures.style import TYPES

_NARROW = frozenset(" .,:;'|!ijl()[]/-·fIrt")
_WIDE = frozenset("mwMW@%…→—+×≈≤≥=~#&“”")
_NARROW_EM, _USUAL_EM, _WIDE_EM = 0.43, 0.645, 1.03
_CAPITAL_EM = 0.79
"""Parts of the size of the font, no less than those of DejaVu Sans, the widest of the fonts that a
picture may be shown in: 0.39 for a "t", 0.635 for a digit, 0.79 for an "O", 1.0 for an "@"."""

_BOLD = 1.12


def width(text: str, kind: str) -> float:
    """Pixels that a text of this class takes at most."""
    look = TYPES[kind]
    ems = sum(map(_em, text))
    return ems * look.size * (_BOLD if look.bold else 1)


def shortened(text: str, kind: str, room: float) -> str:
    """The text, or as much of its beginning as fits into so many pixels and an ellipsis."""
    if width(text, kind) <= room:
        return text
    for length in range(len(text) - 1, 0, -1):
        short = text[:length].rstrip() + "…"
        if width(short, kind) <= room:
            return short
    return "…"


def wrapped(words: list[str], kind: str, room: float, between: str = " ") -> list[str]:
    """The words in lines that fit into so many pixels; a word that is too long is shortened."""
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]}{between}{word}" if lines else word
        if lines and width(longer, kind) <= room:
            lines[-1] = longer
        else:
            lines.append(shortened(word, kind, room))
    return lines


def _em(character: str) -> float:
    if character in _NARROW:
        return _NARROW_EM
    if character in _WIDE or ord(character) > 0x24F:
        return _WIDE_EM
    return _CAPITAL_EM if character.isupper() else _USUAL_EM
