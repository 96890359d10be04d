"""What is refused before anything is sent, and what is sent."""

import json
from pathlib import Path

import pytest

from picluster.submitting.order import Order, OrderError


@pytest.fixture
def job(tmp_path: Path) -> Path:
    path = tmp_path / "job.py"
    path.write_text("pass")
    return path


def test_the_header_and_the_content(job: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.write_bytes(b"\0" * 600_000)
    order = Order(job, ["$(x)"], ["--name", "n"], files=[data, job])
    order.check()
    header = json.loads(order.header("http://h:8088"))
    assert header["files"] == [["job.py", 4], ["data", 600_000]], "each file is sent once"
    assert (header["arguments"], header["--files"]) == (["$(x)"], ["data", "job.py"])
    assert b"".join(order.content()) == b"pass" + b"\0" * 600_000


def test_a_file_that_shrinks_is_told(job: Path) -> None:
    job.write_bytes(b"x" * 600_000)
    content = Order(job).content()
    first = next(content)
    job.write_bytes(b"")
    with pytest.raises(OrderError, match="try again"):
        list(content)
    assert first == b"x" * len(first)


@pytest.mark.parametrize(
    "name", ["a,b.py", "a:b.py", "*.py", "a`y`.py", "$x.py", "-v.py", "a\n.py"]
)
def test_names_that_spark_or_a_shell_would_change(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(OrderError, match="rename"):
        Order(tmp_path / name).check()


def test_files_that_are_not_to_be_had(job: Path, tmp_path: Path) -> None:
    with pytest.raises(OrderError, match="there is no file"):
        Order(tmp_path / "nothing.py").check()
    with pytest.raises(OrderError, match="is no file"):
        Order(job, files=[tmp_path]).check()
    (tmp_path / "job.R").touch()
    with pytest.raises(OrderError, match="no Python program"):
        Order(tmp_path / "job.R").check()
    with pytest.raises(OrderError, match="--py-files takes"):
        Order(job, python_files=[tmp_path / "job.R"]).check()


def test_two_files_of_one_name(job: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "job.py").touch()
    with pytest.raises(OrderError, match="one name"):
        Order(job, files=[tmp_path / "other" / "job.py"]).check()
