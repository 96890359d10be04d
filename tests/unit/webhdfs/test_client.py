"""The client against a played HDFS: content, names, and what is made of refusals."""

import io
import socket
from collections.abc import Iterator

import pytest

from picluster.webhdfs import (
    AlreadyThereError,
    DataNodeSilentError,
    NameNodeSilentError,
    NoRoomError,
    NotAllowedError,
    NotThereError,
    SafeModeError,
    WebHdfs,
    WebHdfsError,
)
from tests.unit.webhdfs.played import Hdfs

NAMES = ["plain", "a b", "ü%41+c&d?e#f;g=h", "'\"$(x)`y`\\z\n2", "%2e%2e", "a%2Fb", "..z"]


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_is_read_again(hdfs: Hdfs, client: WebHdfs, name: str) -> None:
    content = bytes(range(256)) * 3000
    assert client.put(name, io.BytesIO(content)) == len(content)
    assert hdfs.files == {f"/user/pi/{name}": content}
    assert b"".join(client.read(name)) == content
    assert client.delete(name) is True
    assert client.delete(name) is False


def test_the_name_is_given_last(hdfs: Hdfs, client: WebHdfs) -> None:
    client.put("/data/x", [b"a", b"b"])
    assert hdfs.asked == [
        *("GETFILESTATUS", "CREATE", ">CREATE", "CREATE", ">CREATE", "GETFILESTATUS", "RENAME"),
    ]


@pytest.mark.parametrize(
    ("path", "absolute"),
    [("", "/user/pi"), ("a/../b/./c/", "/user/pi/b/c"), ("//x", "/x"), ("/../..", "/")],
)
def test_paths(client: WebHdfs, path: str, absolute: str) -> None:
    assert client.absolute(path) == absolute


def test_listing(hdfs: Hdfs, client: WebHdfs) -> None:
    hdfs.files["/user/pi/a"] = b"123"
    (found,) = client.list("")
    assert (found.name, found.length, found.is_folder, found.owner) == ("a", 3, False, "pi")
    assert client.list("a")[0].length == 3
    assert client.status("nothing") is None
    assert client.checksum("a") == "MD5-of-0MD5-of-512CRC32C 00ff"
    with pytest.raises(NotThereError, match="picluster put"):
        client.list("nothing")


def test_an_existing_file_is_overwritten_only_on_demand(hdfs: Hdfs, client: WebHdfs) -> None:
    hdfs.files["/user/pi/a"] = b"old"
    with pytest.raises(AlreadyThereError, match="--force"):
        client.put("a", [b"new"])
    assert hdfs.files == {"/user/pi/a": b"old"}
    client.put("a", [b"new"], overwrite=True)
    assert hdfs.files == {"/user/pi/a": b"new"}
    with pytest.raises(AlreadyThereError, match="folder"):
        client.put("/user", [b"new"], overwrite=True)


def test_no_half_file_when_the_content_ends_early(hdfs: Hdfs, client: WebHdfs) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise OSError(5, "Input/output error")

    with pytest.raises(WebHdfsError, match="cannot be read: Input/output error"):
        client.put("a", broken())
    assert hdfs.files == {}


def test_no_half_file_when_bytes_are_lost(hdfs: Hdfs, client: WebHdfs) -> None:
    hdfs.lossy = True
    with pytest.raises(WebHdfsError, match="HDFS got 3 bytes of 4 bytes"):
        client.put("a", [b"1234"])
    assert hdfs.files == {}


def test_a_read_that_breaks_off_is_an_error(hdfs: Hdfs, client: WebHdfs) -> None:
    hdfs.files["/user/pi/a"] = b"x" * 1000
    hdfs.short = True
    with pytest.raises(DataNodeSilentError, match="half-way"):
        list(client.read("a"))


@pytest.mark.parametrize(
    ("exception", "message", "kind", "words"),
    [
        ("SafeModeException", "Cannot create. Name node is in safe mode.", SafeModeError, "minute"),
        ("RetriableException", "… Name node is in safe mode.", SafeModeError, "safe mode"),
        ("FileNotFoundException", "no file /user/pi/safe mode.txt", NotThereError, "picluster ls"),
        (
            "AccessControlException",
            'Permission denied: user=pi, access=WRITE, inode="/x":hdfs:hadoop:drwxr-xr-x',
            NotAllowedError,
            "WRITE to /x, which is hdfs:hadoop:drwxr-xr-x",
        ),
        ("DSQuotaExceededException", "The DiskSpace quota of /x …", NoRoomError, "quota"),
        ("IOException", "File /x could only be written to 0 of the 1 …", NoRoomError, "disks full"),
        ("ParentNotDirectoryException", "/x is a file", AlreadyThereError, "in the way"),
        ("WeirdException", "odd\nstack", WebHdfsError, r"odd \(WeirdException\)"),
    ],
)
def test_refusals_say_what_to_do(
    hdfs: Hdfs, client: WebHdfs, exception: str, message: str, kind: type[Exception], words: str
) -> None:
    hdfs.refusals["MKDIRS"] = (403, exception, message)
    with pytest.raises(kind, match=words) as caught:
        client.mkdirs("/x")
    assert type(caught.value) is kind


def test_nobody_at_the_namenode() -> None:
    client = WebHdfs(f"http://127.0.0.1:{closed_port()}", "pi", {})
    with pytest.raises(NameNodeSilentError, match="connection refused"):
        client.list("")


def test_a_datanode_that_is_down_is_left_out(hdfs: Hdfs, client: WebHdfs) -> None:
    hdfs.dead = f"pi8:{closed_port()}"
    client.put("a", [b"1234"])
    assert hdfs.files == {"/user/pi/a": b"1234"}


def test_a_busy_datanode_is_waited_for(
    hdfs: Hdfs, client: WebHdfs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time for taking a connection is none for taking the content."""
    monkeypatch.setattr("picluster.webhdfs.connection.CONNECT_SECONDS", 0.2)
    hdfs.busy_seconds = 0.6
    content = [b"x" * 2**20] * 20  # more than what is on the way unread
    assert client.put("a", content) == 20 * 2**20


def test_no_datanode_answers(hdfs: Hdfs, client: WebHdfs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("picluster.webhdfs.connection.TRIES", 1)
    hdfs.dead = f"pi8:{closed_port()}"
    with pytest.raises(DataNodeSilentError, match=r"pi8 \(connection refused\)"):
        client.put("a", [b"1234"])


def test_a_datanode_that_is_not_planned(hdfs: Hdfs, client: WebHdfs) -> None:
    hdfs.datanode = "stranger"
    with pytest.raises(WebHdfsError, match=r"stranger\.home\.arpa, which is no node"):
        client.put("a", [b"1"])


def test_another_program_at_the_port(hdfs: Hdfs, client: WebHdfs) -> None:
    hdfs.refusals["LISTSTATUS"] = (200, "", "")
    with pytest.raises(WebHdfsError, match="another program"):
        client.list("")
