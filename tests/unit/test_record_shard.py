"""Results of the long suites, written into a page."""

import importlib.util
import xml.etree.ElementTree as ET
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "record-shard.py"
PAGE = """# Reliability

<!-- begin: scripts/record-shard.py -->
| suite | run on | tests | passed | minutes | machine |
|---|---|---|---|---|---|
| older | 2026-01-02 | 3 | 3 | 3.6 | 2 cores, Linux 6 |
<!-- end: scripts/record-shard.py -->

## Faults

<!-- begin: faults -->
<!-- end: faults -->

The end.
"""


@pytest.fixture
def script() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("record_shard", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def report(*tests: str) -> ET.Element:
    """One of pytest's, of these tests."""
    text = "".join(f"<testcase>{test}</testcase>" for test in tests)
    return ET.fromstring(  # noqa: S314 - a report of our own
        f'<testsuites><testsuite tests="{len(tests)}" failures="0" errors="0" skipped="0" '
        f'time="120" timestamp="2026-03-04T05:06:07+00:00">{text}</testsuite></testsuites>'
    )


def case(title: str, after: str = "", **more: str) -> str:
    """A test that records itself."""
    values = {"table": "faults", "case": title, **more}
    listed = "".join(f'<property name="{k}" value="{v}"/>' for k, v in values.items())
    return f"<properties>{listed}</properties>{after}"


def lines(page: str, heading: str) -> list[str]:
    """The table below a heading."""
    return [line for line in page.partition(heading)[2].splitlines() if line.startswith("|")]


def test_a_suite_has_a_line_and_others_stay(script: ModuleType) -> None:
    page = script.recorded(PAGE, "faults", report("", ""))
    older, new = lines(page, "begin: scripts")[2:4]
    assert older == "| older | 2026-01-02 | 3 | 3 | 3.6 | 2 cores, Linux 6 |"
    assert new.startswith("| faults | 2026-03-04 | 2 | 2 | 2.0 | ")
    assert page.endswith("<!-- end: faults -->\n\nThe end.\n")


def test_a_suite_that_runs_again_has_one_line(script: ModuleType) -> None:
    page = script.recorded(PAGE, "older", report(""))
    (line,) = lines(page, "begin: scripts")[2:]
    assert line.startswith("| older | 2026-03-04 | 1 | 1 | 2.0 | ")


def test_cases_have_lines_with_what_they_record(script: ModuleType) -> None:
    page = script.recorded(PAGE, "faults", report(case("heat", seen="84 °C"), case("a | b")))
    assert lines(page, "## Faults") == [
        "| fault | seen | result | run on |",
        "|---|---|---|---|",
        "| heat | 84 °C | passed | 2026-03-04 |",
        r"| a \| b |  | passed | 2026-03-04 |",
    ]


def test_a_case_takes_the_place_of_its_older_line(script: ModuleType) -> None:
    first = report(case("a | b", seen="1"), case("heat", seen="84 °C", ends="by itself"))
    again = report(case("a | b", '<failure message="no"/>', ends="never"), case("new"))
    page = script.recorded(script.recorded(PAGE, "faults", first), "faults", again)
    assert lines(page, "## Faults") == [
        "| fault | ends | seen | result | run on |",
        "|---|---|---|---|---|",
        r"| a \| b | never |  | failed | 2026-03-04 |",
        "| heat | by itself | 84 °C | passed | 2026-03-04 |",
        "| new |  |  | passed | 2026-03-04 |",
    ]


@pytest.mark.parametrize(
    ("inside", "result"), [("<failure/>", "failed"), ("<error/>", "failed"), ("", "passed")]
)
def test_result(script: ModuleType, inside: str, result: str) -> None:
    page = script.recorded(PAGE, "faults", report(case("heat", inside)))
    assert lines(page, "## Faults")[2] == f"| heat | {result} | 2026-03-04 |"


def test_what_was_left_out_keeps_its_older_line(script: ModuleType) -> None:
    page = script.recorded(PAGE, "faults", report(case("heat")))
    assert script.recorded(page, "faults", report(case("heat", "<skipped/>"))) == page


def test_a_table_without_a_place_is_named(script: ModuleType) -> None:
    with pytest.raises(SystemExit, match="begin: faults"):
        script.recorded(PAGE.replace("begin: faults", "begin"), "faults", report(case("heat")))


def test_the_page_has_a_place_for_each_table(script: ModuleType) -> None:
    page = script.PAGE.read_text()
    for table in ("drifts", "kills", "stutters", "faults"):
        row = {table.removesuffix("s"): "one", "result": "passed", "run on": "today"}
        assert "| one |" in script.with_rows(page, table, [row], script.LAST_COLUMNS)
