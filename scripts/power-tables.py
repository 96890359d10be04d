"""Writes the tables of docs/power.md anew: python scripts/power-tables.py

They are those of cluster.example.toml.
"""

from pathlib import Path

from picluster.plan.load import load_config
from picluster.planning.power_page import renewed, tables

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Writes the page."""
    page = ROOT / "docs" / "power.md"
    made = tables(load_config(ROOT / "cluster.example.toml"))
    page.write_text(renewed(page.read_text(encoding="utf-8"), made), encoding="utf-8")
    print("docs/power.md")


if __name__ == "__main__":
    main()
