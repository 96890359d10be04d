"""The examples' own functions, which need no Spark."""

import runpy
from math import pi
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[3] / "examples"


def load(name: str) -> dict[str, Any]:
    return runpy.run_path(str(EXAMPLES / f"{name}.py"))


def test_pi() -> None:
    job = load("estimate_pi")
    hit = sum(job["hits"](part) for part in range(8))
    estimated = job["estimate"](hit, 8 * job["DARTS"])
    assert abs(estimated - pi) < 0.01
    assert job["is_right"](estimated, 8 * job["DARTS"])
    assert not job["is_right"](3.0, 8 * job["DARTS"])
    assert job["hits"](3) == job["hits"](3), "the same on whatever board"


def test_words() -> None:
    job = load("word_count")
    assert job["words"]("The 7 _Pis_: don't; THE Straße") == [
        "the",
        "pis",
        "don",
        "t",
        "the",
        "straße",
    ]
    assert job["most_frequent"]([("b", 2), ("c", 3), ("a", 2)]) == [("c", 3), ("a", 2), ("b", 2)]


def test_collatz() -> None:
    job = load("sql_udf")
    assert [job["steps"](n) for n in (1, 2, 3, 7, 27)] == [0, 1, 7, 16, 111]
    for below, (number, steps) in job["LONGEST"].items():
        assert (number < below, job["steps"](number)) == (True, steps)
    assert max(range(1, 10_000), key=job["steps"]) == job["LONGEST"][10_000][0]


@pytest.mark.parametrize(
    ("rows", "read", "longest", "right"),
    [
        (100_000, 100_000, (77_031, 350), True),
        (100_000, 99_999, (77_031, 350), False),
        (100_000, 100_000, (52_527, 339), False),
        (10, 10, (9, 19), True),
        (10, 10, (9, 18), False),
    ],
)
def test_what_is_right(rows: int, read: int, longest: tuple[int, int], right: bool) -> None:
    assert load("sql_udf")["is_right"](rows, read, longest) is right


def test_centres() -> None:
    job = load("clustering")
    assert job["farthest"](job["CENTRES"]) == 0
    assert job["farthest"]([(0.0, 0.5), *job["CENTRES"][1:]]) == pytest.approx(0.5)
    assert job["farthest"](job["CENTRES"][:3]) == 10
