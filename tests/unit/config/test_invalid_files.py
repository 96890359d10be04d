"""Each file of `invalid/` is refused with exactly the text beside it."""

import time
from pathlib import Path

import pytest

from picluster.plan.load import load_config
from picluster.plan.problems import ConfigError

DIRECTORY = Path(__file__).parent / "invalid"
NAMES = sorted(path.stem for path in DIRECTORY.glob("*.toml"))


@pytest.mark.parametrize("name", NAMES)
def test_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DIRECTORY)
    started = time.perf_counter()
    with pytest.raises(ConfigError) as caught:
        load_config(Path(f"{name}.toml"))
    assert time.perf_counter() - started < 1
    assert str(caught.value) + "\n" == Path(f"{name}.expected").read_text()


@pytest.mark.parametrize("name", NAMES)
def test_every_problem_is_one_printable_line(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(DIRECTORY / f"{name}.toml")
    assert caught.value.problems
    assert all(problem.line.isprintable() for problem in caught.value.problems)


def test_no_expectation_without_a_file() -> None:
    assert sorted(path.stem for path in DIRECTORY.glob("*.expected")) == NAMES
