"""Writes docs/reference/ from the code: python -m scripts.reference, or make reference

The texts are the code's own: descriptions of keys, help of commands, docstrings. To change a page,
change them.
"""

from collections.abc import Callable
from pathlib import Path

from scripts.reference_pages import cluster_toml, commands, exit_codes, facts, operations

FOLDER = Path(__file__).parents[1] / "docs" / "reference"

PAGES: dict[str, Callable[[], str]] = {
    "cluster-toml.md": cluster_toml.page,
    "commands.md": commands.page,
    "exit-codes.md": exit_codes.page,
    "facts.md": facts.page,
    "operations.md": operations.page,
}
"""What makes each page."""


def main() -> None:
    """Writes all pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page())


if __name__ == "__main__":
    main()
