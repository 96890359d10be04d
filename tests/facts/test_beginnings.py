"""The command that reads how files begin, on real files."""

from pathlib import Path

import pytest
from pyinfra.api.exceptions import FactProcessError

from facts.beginnings import MAX_BYTES, Beginnings
from tests.facts.shell import HOSTILE, run


def _look(paths: list[str]) -> list[bytes]:
    fact = Beginnings()
    return fact.process(run(fact.command(paths=paths)))


def test_hostile_names_and_contents(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in HOSTILE]
    contents = [f"{name}\n".encode() for name in HOSTILE]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    assert _look([str(path) for path in paths]) == contents
    assert not Path("owned").exists()


def test_bytes_that_are_no_text_and_large_files(tmp_path: Path) -> None:
    contents = [bytes(range(256)), b"x" * (MAX_BYTES + 1), b"\n\n", b""]
    paths = [tmp_path / str(number) for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    assert _look([str(path) for path in paths]) == [content[:MAX_BYTES] for content in contents]


def test_what_cannot_be_read_is_empty(tmp_path: Path) -> None:
    assert _look([str(tmp_path / "none"), str(tmp_path)]) == [b"", b""]


@pytest.mark.parametrize("paths", [None, ["relative"], ["-rf"], ["/a\0b"], 7])
def test_what_is_no_path_is_refused(paths: list[str] | None) -> None:
    fact = Beginnings()
    with pytest.raises(FactProcessError):
        fact.process(run(fact.command(paths=paths)))


def test_a_damaged_answer_is_refused() -> None:
    fact = Beginnings()
    fact.command(paths=["/etc/hosts"])
    for output in (["beginning=*"], [], ["beginning=", "beginning="]):
        with pytest.raises(FactProcessError):
            fact.process(output)
