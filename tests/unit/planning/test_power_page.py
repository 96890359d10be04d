"""docs/power.md says what the code does."""

import re
from pathlib import Path

from picluster.plan.load import load_config
from picluster.plan.modelnames import USABLE
from picluster.plan.power import FILL, HEADROOM, PEAK
from picluster.planning.markdown import renewed
from picluster.planning.power_page import tables

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "power.md").read_text(encoding="utf-8")
TABLES = tables(load_config(ROOT / "cluster.example.toml"))


def test_its_tables_are_current() -> None:
    assert renewed(PAGE, TABLES) == PAGE, "run: python scripts/tables.py"


def test_every_table_is_on_the_page() -> None:
    assert re.findall(r"<!-- begin: (\w+) -->", PAGE) == [
        "budget",
        "sums",
        "six",
        "models",
        "network",
    ]
    assert len(TABLES) == 5


def test_every_model_is_told_of() -> None:
    told = re.findall(r"^\| ([^|]+?) \|", TABLES["models"], re.MULTILINE)
    assert told == ["model", "---", *USABLE]


def test_the_rule_in_words_is_that_of_the_code() -> None:
    assert f"**It should give {HEADROOM:g} times what the boards take when busy.**" in PAGE
    assert f"{PEAK:g} / {FILL:g} = {HEADROOM:g}" in PAGE


def test_the_speed_in_words_is_that_of_the_code() -> None:
    sums = dict(re.findall(r"^\| (speed[^|]+?) \| ([0-9.]+) GFLOPS", TABLES["sums"], re.MULTILINE))
    assert f"add up to {sums['speed, as published']} GFLOPS" in PAGE
    assert f"the seven come to {sums['speed, at most']}" in PAGE
    assert f"seven times 3.75 is {float(sums['speed in step']):.0f}" in PAGE
