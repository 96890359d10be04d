"""What is refused before anything is sent, and what is sent."""

import errno
import json
import os
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
    sizes = order.sizes()
    header = json.loads(order.header("http://h:8088", sizes))
    assert header["files"] == [["job.py", 4], ["data", 600_000]], "each file is sent once"
    assert (header["arguments"], header["--files"]) == (["$(x)"], ["data", "job.py"])
    assert b"".join(order.content(sizes)) == b"pass" + b"\0" * 600_000


def test_a_file_that_shrinks_is_told(job: Path) -> None:
    job.write_bytes(b"x" * 600_000)
    order = Order(job)
    content = order.content(order.sizes())
    first = next(content)
    job.write_bytes(b"")
    with pytest.raises(OrderError, match="try again"):
        list(content)
    assert first == b"x" * len(first)


def test_a_file_that_grows_is_sent_as_it_was_announced(job: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.write_text("data")
    order = Order(job, files=[data])
    sizes = order.sizes()
    job.write_text("pass # KKKKKKKK")
    header = json.loads(order.header("http://h:8088", sizes))
    data.write_text("data KKKKKKKK")
    assert header["files"] == [["job.py", 4], ["data", 4]]
    assert b"".join(order.content(sizes)) == b"passdata"


def test_a_file_that_vanishes_is_told(job: Path) -> None:
    order = Order(job)
    sizes = order.sizes()
    job.unlink()
    with pytest.raises(OrderError, match=r"job\.py cannot be read: No such file"):
        list(order.content(sizes))
    with pytest.raises(OrderError, match="there is no file"):
        order.sizes()


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


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(OrderError, match="cannot be read: File name too long"):
        Order(tmp_path / ("a" * 300 + ".py")).check()


def test_a_folder_that_may_not_be_read(job: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, **_: object) -> os.stat_result:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "stat", refuse)  # root, who runs tests as well, may read all
    with pytest.raises(OrderError, match=r"job\.py cannot be read: Permission denied"):
        Order(job).check()


def test_a_space_in_a_name_is_for_client_mode(job: Path, tmp_path: Path) -> None:
    spaced = tmp_path / "my job.py"
    spaced.touch()
    Order(spaced, files=[spaced]).check()
    for order in (Order(spaced, cluster=True), Order(job, files=[spaced], cluster=True)):
        with pytest.raises(OrderError, match=r"rename '.*/my job\.py': in cluster mode"):
            order.check()


def test_two_files_of_one_name(job: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "job.py").touch()
    with pytest.raises(OrderError, match="one name"):
        Order(job, files=[tmp_path / "other" / "job.py"]).check()
