"""Writes the tables of README.md and docs/power.md anew: python scripts/tables.py

They are those of cluster.example.toml.
"""

from pathlib import Path

from picluster.plan.load import load_config
from picluster.planning import power_page, readme_tables
from picluster.planning.markdown import renewed

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Writes the pages."""
    config = load_config(ROOT / "cluster.example.toml")
    for name, tables in {
        "README.md": readme_tables.tables(config),
        "docs/power.md": power_page.tables(config),
    }.items():
        page = ROOT / name
        page.write_text(renewed(page.read_text(encoding="utf-8"), tables), encoding="utf-8")
        print(name)


if __name__ == "__main__":
    main()
