"""Writes a long suite's results into docs/reliability.md: record-shard.py NAME JUNIT.xml

A line for the suite; and where its tests record the properties `table` and `case`, a line for each
case in the table of that name, whose columns are the other properties that it records.
"""

import os
import platform
import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "reliability.md"
SUITES = "scripts/record-shard.py"
SUITE_COLUMNS = ["suite", "run on", "tests", "passed", "minutes", "machine"]
LAST_COLUMNS = ["result", "run on"]
"""Of each table of cases."""

Row = dict[str, str]
"""Column to what stands there."""


def suite_of(report: ET.Element) -> ET.Element:
    """The one suite of a report."""
    suite = report.find("testsuite")
    if suite is None:
        raise SystemExit("the report holds no test suite")
    return suite


def date(report: ET.Element) -> str:
    """The day on which it was begun."""
    return suite_of(report).get("timestamp", "")[:10]


def suite_row(name: str, report: ET.Element) -> Row:
    """The line of one suite."""
    suite = suite_of(report)
    count = {key: int(suite.get(key, "0")) for key in ("tests", "failures", "errors", "skipped")}
    passed = count["tests"] - count["failures"] - count["errors"] - count["skipped"]
    minutes = float(suite.get("time", "0")) / 60
    where = f"{os.cpu_count()} cores, Linux {platform.release().split('-')[0]}"
    values = [name, date(report), str(count["tests"]), str(passed), f"{minutes:.1f}", where]
    return dict(zip(SUITE_COLUMNS, values, strict=True))


def cases(report: ET.Element) -> Iterator[tuple[str, Row]]:
    """The name of its table and its line, for each test that records one."""
    for test in report.iter("testcase"):
        found = {each.get("name", ""): each.get("value", "") for each in test.iter("property")}
        if "table" in found and "case" in found and test.find("skipped") is None:
            table = found.pop("table")
            row = {table.removesuffix("s"): found.pop("case"), **found}
            bad = test.find("failure") is not None or test.find("error") is not None
            yield (
                table,
                row
                | dict(
                    zip(LAST_COLUMNS, ["failed" if bad else "passed", date(report)], strict=True)
                ),
            )


def with_rows(page: str, table: str, rows: list[Row], last: list[str]) -> str:
    """The page with these lines in its table: each in the place of the one of the same first cell,
    or after the others.

    + last: the columns that come last, in their order
    """
    begin, end = f"<!-- begin: {table} -->", f"<!-- end: {table} -->"
    before, opened, rest = page.partition(begin)
    present, closed, after = rest.partition(end)
    if not (opened and closed):
        raise SystemExit(f"{PAGE} lacks the lines {begin} and {end} for the table of these cases")
    lines = [_cells(line) for line in present.splitlines() if line.startswith("|")]
    # Those of the new lines first: the keys of a dict stand in the order of their coming.
    header = list(dict.fromkeys(column for row in [*rows, *lines[:1]] for column in row))
    header = [column for column in header if column not in last] + last
    merged = {line[0]: dict(zip(lines[0], line, strict=True)) for line in lines[2:]}
    # In the place of a whole line: of one that failed half-way an older one says nothing.
    merged |= {row[header[0]]: row for row in rows}
    written = [_line(header), "|" + "---|" * len(header)]
    written += [_line([row.get(column, "") for column in header]) for row in merged.values()]
    return "\n".join([before + begin, *written, end + after])


def _cells(line: str) -> list[str]:
    return [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(" ".join(cell.replace("|", r"\|").split()) for cell in cells) + " |"


def recorded(page: str, name: str, report: ET.Element) -> str:
    """The page with all results of this report."""
    page = with_rows(page, SUITES, [suite_row(name, report)], SUITE_COLUMNS[1:])
    tables: dict[str, list[Row]] = {}
    for table, row in cases(report):
        tables.setdefault(table, []).append(row)
    for table, rows in tables.items():
        page = with_rows(page, table, rows, LAST_COLUMNS)
    return page


def main(name: str, path: Path) -> None:
    """Reads a report and writes the page."""
    report = ET.parse(path).getroot()  # noqa: S314 - pytest's own file
    PAGE.write_text(recorded(PAGE.read_text(), name, report))
    print(_line(list(suite_row(name, report).values())))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
