"""README.md says what the plan says."""

from pathlib import Path

from picluster.plan.load import load_config
from picluster.plan.plan import make_plan
from picluster.planning.markdown import renewed
from picluster.planning.readme_tables import tables

ROOT = Path(__file__).parents[3]
EXAMPLE = load_config(ROOT / "cluster.example.toml")


def test_its_table_is_current() -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    assert renewed(page, tables(EXAMPLE)) == page, "run: python scripts/tables.py"


def test_it_shows_every_board_and_the_sum() -> None:
    lines = tables(EXAMPLE)["plan"].splitlines()
    assert len(lines) == 2 + len(EXAMPLE.nodes) + 1
    assert lines[-1].endswith(f"| {make_plan(EXAMPLE).yarn_mb} |")
