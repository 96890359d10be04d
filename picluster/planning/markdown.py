"""Tables in pages that are written by people, between two marks each."""

from collections.abc import Iterable, Mapping, Sequence


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown, without a newline at its end."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def renewed(page: str, made: Mapping[str, str]) -> str:
    """The page with each table between its two marks. Raises ValueError where marks are missing."""
    for name, text in made.items():
        begin, end = f"<!-- begin: {name} -->\n", f"<!-- end: {name} -->"
        before, found, rest = page.partition(begin)
        _, found_too, after = rest.partition(end)
        if not (found and found_too):
            raise ValueError(f"the page needs a line {begin.strip()} and a line {end} after it")
        page = f"{before}{begin}\n{text}\n\n{end}{after}"
    return page
