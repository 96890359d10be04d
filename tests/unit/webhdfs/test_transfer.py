"""Whole files and folders, there and back."""

import os
from pathlib import Path

import pytest

from picluster.webhdfs import AlreadyThereError, NoRoomError, NotThereError, WebHdfs, WebHdfsError
from picluster.webhdfs.download import download
from picluster.webhdfs.upload import upload
from tests.unit.webhdfs.played import Hdfs


def put(client: WebHdfs, *paths: Path, target: str = "", force: bool = False) -> list[str]:
    told: list[str] = []
    upload(client, paths, target, replication=3, force=force, tell=told.append)
    return told


def get(client: WebHdfs, source: str, local: Path, force: bool = False) -> list[str]:
    told: list[str] = []
    download(client, source, local, force=force, tell=told.append)
    return told


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    (folder / "inner" / "empty").mkdir(parents=True)
    (folder / "a b").write_bytes(b"1" * 1000)
    (folder / "inner" / "none").touch()
    (folder / "inner" / "circle").symlink_to(folder, target_is_directory=True)
    return folder


def test_a_folder_there_and_back(hdfs: Hdfs, client: WebHdfs, tree: Path, tmp_path: Path) -> None:
    told = put(client, tree)
    assert f"{tree / 'a b'} -> /user/pi/tree/a b (1.0 kB)" in told
    assert hdfs.files == {"/user/pi/tree/a b": b"1" * 1000, "/user/pi/tree/inner/none": b""}
    assert "/user/pi/tree/inner/empty" in hdfs.folders
    get(client, "tree", tmp_path / "back")
    back = tmp_path / "back"
    found = {str(p.relative_to(back)): p.is_dir() for p in back.rglob("*")}
    assert found == {"a b": False, "inner": True, "inner/empty": True, "inner/none": False}
    assert (back / "a b").read_bytes() == b"1" * 1000


def test_targets(hdfs: Hdfs, client: WebHdfs, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("1")
    two.write_text("2")
    put(client, one, target="renamed")
    put(client, one, two, target="new/")
    assert set(hdfs.files) == {f"/user/pi/{p}" for p in ("renamed", "new/one", "new/two")}
    with pytest.raises(NotThereError, match="other/"):
        put(client, one, two, target="other")
    with pytest.raises(NotThereError, match="no folder /user/pi/typo"):
        put(client, one, target="typo/one")


def test_several_files_never_become_one(hdfs: Hdfs, client: WebHdfs, tmp_path: Path) -> None:
    one, two, same = tmp_path / "one", tmp_path / "two", tmp_path / "folder" / "one"
    same.parent.mkdir()
    for path in (one, two, same):
        path.write_text(str(path))
    hdfs.files["/user/pi/there"] = b"old"
    with pytest.raises(AlreadyThereError, match="several files need a folder"):
        put(client, one, two, target="there", force=True)
    with pytest.raises(AlreadyThereError, match="would both become /user/pi/in/one"):
        put(client, one, same, target="in/", force=True)
    assert hdfs.files == {"/user/pi/there": b"old"}


def test_a_link_has_its_own_name(hdfs: Hdfs, client: WebHdfs, tmp_path: Path) -> None:
    (tmp_path / "january").write_text("1")
    (tmp_path / "latest").symlink_to("january")
    put(client, tmp_path / "latest")
    assert hdfs.files == {"/user/pi/latest": b"1"}


def test_a_pipe_is_not_overwritten(hdfs: Hdfs, client: WebHdfs, tmp_path: Path) -> None:
    hdfs.files["/user/pi/a"] = b"x"
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(AlreadyThereError, match="neither a file nor a folder"):
        get(client, "a", tmp_path / "pipe", force=True)
    assert (tmp_path / "pipe").is_fifo()


def test_a_name_that_this_computer_does_not_take(
    hdfs: Hdfs, client: WebHdfs, tmp_path: Path
) -> None:
    hdfs.files["/user/pi/a"] = b"x"
    with pytest.raises(WebHdfsError, match="File name too long"):
        get(client, "a", tmp_path / ("x" * 300))


def test_nothing_is_sent_when_one_file_is_there(
    hdfs: Hdfs, client: WebHdfs, tmp_path: Path
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("1")
    two.write_text("2")
    hdfs.files["/user/pi/two"] = b"old"
    with pytest.raises(AlreadyThereError):
        put(client, one, two)
    assert hdfs.files == {"/user/pi/two": b"old"}
    put(client, one, two, force=True)
    assert hdfs.files == {"/user/pi/one": b"1", "/user/pi/two": b"2"}


def test_no_room(hdfs: Hdfs, client: WebHdfs, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"1" * 400)
    hdfs.free = 1000
    with pytest.raises(NoRoomError, match=r"1.0 kB left.*400 bytes 3 times"):
        put(client, tmp_path / "x")
    assert not hdfs.files


@pytest.mark.parametrize("name", ["a:b", os.fsdecode(b"\xff")])
def test_names_that_hdfs_does_not_take(client: WebHdfs, tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(WebHdfsError, match="rename"):
        put(client, tmp_path / name)


def test_what_is_no_file(client: WebHdfs, tmp_path: Path) -> None:
    with pytest.raises(WebHdfsError, match="No such file"):
        put(client, tmp_path / "nothing")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(WebHdfsError, match="neither a file nor a folder"):
        put(client, tmp_path / "pipe")


def test_a_broken_read_leaves_what_was_there(hdfs: Hdfs, client: WebHdfs, tmp_path: Path) -> None:
    hdfs.files["/user/pi/a"] = b"x" * 1000
    (tmp_path / "a").write_text("mine")
    with pytest.raises(AlreadyThereError, match="--force"):
        get(client, "a", tmp_path)
    hdfs.short = True
    with pytest.raises(WebHdfsError):
        get(client, "a", tmp_path, force=True)
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"a": "mine"}
    hdfs.short = False
    get(client, "a", tmp_path, force=True)
    assert (tmp_path / "a").read_bytes() == b"x" * 1000
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def test_get_says_what_is_missing(client: WebHdfs, tmp_path: Path) -> None:
    with pytest.raises(NotThereError, match="picluster ls"):
        get(client, "nothing", tmp_path)
    with pytest.raises(NotThereError, match="make it first"):
        get(client, "/user", tmp_path / "no" / "where")
