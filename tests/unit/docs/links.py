"""Links of Markdown pages, and the anchors that a code host and the site make of headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True)
class Link:
    """A link as it stands in a page."""

    page: Path
    line: int
    """Of the paragraph that it stands in, from 1."""
    target: str

    @property
    def is_local(self) -> bool:
        """Whether it leads to a file of the repository, or within the page."""
        return not (urlsplit(self.target).scheme or self.target.startswith("//"))


def links(page: Path) -> Iterator[Link]:
    """All links and pictures of a page."""
    line = 0
    for token in _MARKDOWN.parse(page.read_text()):
        line = token.map[0] + 1 if token.map else line
        for part in token.children or [token]:
            for target in _targets(part):
                yield Link(page, line, target)


def _targets(token: Token) -> list[str]:
    """Where a link, a picture or a piece of HTML leads."""
    if token.type in {"html_block", "html_inline"}:
        return re.findall(r"""(?:href|src|srcset)=["']([^"' ]+)""", token.content)
    return [str(token.attrs[name]) for name in ("href", "src") if name in token.attrs]


def anchors(page: Path) -> set[str]:
    """Anchors of its headings; the second of the same text ends in -1, and so on."""
    found: set[str] = set()
    tokens = _MARKDOWN.parse(page.read_text())
    for opened, inline in pairwise(tokens):
        if opened.type == "heading_open":
            slug = anchor(_text(inline))
            number = sum(each == slug or re.fullmatch(f"{re.escape(slug)}-\\d+", each) is not None
                         for each in found)  # fmt: skip
            found.add(f"{slug}-{number}" if number else slug)
    return found


def anchor(heading: str) -> str:
    """GitHub's rule, which MyST follows: lower case, no punctuation, hyphens for blanks."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _text(inline: Token) -> str:
    return "".join(child.content for child in inline.children or [])


def complaint(link: Link, root: Path) -> str | None:
    """What is wrong with a local link; None where it leads somewhere."""
    path, _, fragment = link.target.partition("#")
    target = (link.page.parent / unquote(path)).resolve() if path else link.page
    where = f"{link.page.relative_to(root)}:{link.line}: {link.target}"
    if not target.is_relative_to(root):
        return f"{where} leads out of the repository"
    if not target.exists():
        return f"{where}: there is no {target.relative_to(root)}"
    if fragment and target.suffix == ".md" and fragment not in anchors(target):
        return f"{where}: {target.relative_to(root)} has no heading #{fragment}"
    return None
