"""Small pieces of Markdown."""

from collections.abc import Iterable, Sequence

MADE = "<!-- Made from the code by scripts/reference.py: `make reference`. Don't edit it here. -->"


def page(title: str, *parts: str) -> str:
    """A page with its title, and paragraphs that are apart."""
    return "\n\n".join([f"# {title}", MADE, *(part.strip("\n") for part in parts)]) + "\n"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; bars and line breaks in cells do no harm."""
    lines = [_line(headings), "|" + "---|" * len(headings), *map(_line, rows)]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |"


def code(text: str, language: str = "text") -> str:
    """A fenced block."""
    return f"```{language}\n{text.rstrip()}\n```"
