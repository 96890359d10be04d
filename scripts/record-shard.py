"""Writes a long suite's result into docs/reliability.md: record-shard.py NAME JUNIT.xml"""

import os
import platform
import sys
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "reliability.md"
BEGIN, END = "<!-- begin: scripts/record-shard.py -->", "<!-- end: scripts/record-shard.py -->"
HEADING = [
    "| suite | run on | tests | passed | minutes | machine |",
    "|---|---|---|---|---|---|",
]


def row(name: str, report: Path) -> str:
    """The table's line for one suite."""
    suite = ET.parse(report).getroot().find("testsuite")  # noqa: S314 - pytest's own file
    if suite is None:
        raise SystemExit(f"{report} holds no test suite")
    count = {key: int(suite.get(key, "0")) for key in ("tests", "failures", "errors", "skipped")}
    passed = count["tests"] - count["failures"] - count["errors"] - count["skipped"]
    minutes = float(suite.get("time", "0")) / 60
    where = f"{os.cpu_count()} cores, Linux {platform.release().split('-')[0]}"
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    return f"| {name} | {today} | {count['tests']} | {passed} | {minutes:.1f} | {where} |"


def main(name: str, report: Path) -> None:
    """Replaces the suite's line, or adds it."""
    text = PAGE.read_text()
    before, _, rest = text.partition(BEGIN)
    table, _, after = rest.partition(END)
    rows = {line.split("|")[1].strip(): line for line in table.splitlines() if line.startswith("|")}
    rows.pop("suite", None)
    rows.pop("---", None)
    rows[name] = row(name, report)
    lines = [BEGIN, *HEADING, *(rows[key] for key in sorted(rows)), END]
    PAGE.write_text(before + "\n".join(lines) + after)
    print(rows[name])


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
