"""Secrets are made once, kept privately, and never told."""

import fcntl
import os
import stat
from pathlib import Path

import pytest

from picluster import secrets as made
from picluster.secrets import SecretError, Secrets, administrator_password, private_file

WORD = "not-to-be-shown-1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "clusters" / "home"


def write(folder: Path, name: str, content: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    return path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def never() -> str:
    raise AssertionError("a secret that is there was made again")


def test_nothing_is_written_before_it_is_kept(folder: Path, tmp_path: Path) -> None:
    secrets = Secrets(folder)
    assert secrets.text("word", lambda: WORD) == WORD
    assert secrets.text("word", never) == WORD
    assert list(tmp_path.iterdir()) == []


def test_kept_privately(folder: Path) -> None:
    before = os.umask(0)
    try:
        secrets = Secrets(folder)
        secrets.text("word", lambda: WORD)
        secrets.keep()
    finally:
        os.umask(before)
    assert secrets.path("word").read_text() == f"{WORD}\n"
    assert [path.name for path in folder.iterdir()] == ["word"]
    assert (mode(folder), mode(folder.parent), mode(folder / "word")) == (0o700, 0o700, 0o600)
    assert Secrets(folder).text("word", never) == WORD


def test_what_others_could_read_is_made_private(folder: Path) -> None:
    path = write(folder, "word", WORD.encode())
    (folder / "backups").mkdir(mode=0o700)
    path.chmod(0o644)
    folder.chmod(0o755)
    secrets = Secrets(folder)
    assert secrets.text("word", never) == WORD
    assert mode(path) == 0o644  # a dry run changes nothing
    secrets.keep()
    assert (mode(folder), mode(path), mode(folder / "backups")) == (0o700, 0o600, 0o700)


def test_whoever_asks_in_this_process_is_given_the_same(folder: Path) -> None:
    one, other = Secrets(folder), Secrets(folder)
    assert one.text("word", lambda: WORD) == other.text("word", never)
    other.keep()
    assert (folder / "word").exists()
    assert Secrets(folder.parent / "another").text("word", lambda: "its own") == "its own"


def test_keeping_nothing_makes_no_folder(folder: Path) -> None:
    Secrets(folder).keep()
    assert not folder.parent.exists()


@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n"])
def test_the_line_break_of_an_editor_is_no_part_of_it(folder: Path, ending: bytes) -> None:
    write(folder, "word", WORD.encode() + ending)
    assert Secrets(folder).text("word", never) == WORD


def test_a_secret_is_the_same_before_and_after_it_is_kept(folder: Path) -> None:
    secrets = Secrets(folder)
    first = secrets.text("lines", lambda: "one\ntwo\n")
    secrets.keep()
    assert secrets.text("lines", never) == first == "one\ntwo"


def test_a_new_value_replaces_the_old_one(folder: Path) -> None:
    path = write(folder, "word", b"old\n")
    secrets = Secrets(folder)
    assert secrets.put("word", "new") == "new"
    assert path.read_text() == "old\n"
    secrets.keep()
    assert path.read_text() == "new\n"


@pytest.mark.parametrize("content", [b"another\n", b""])
def test_a_secret_that_another_run_made_meanwhile_stays(folder: Path, content: bytes) -> None:
    secrets = Secrets(folder)
    secrets.text("word", lambda: WORD)
    path = write(folder, "word", content)
    with pytest.raises(SecretError, match="by another run at the same time") as caught:
        secrets.keep()
    assert path.read_bytes() == content
    assert WORD not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"\n", r"word is empty\. Write .* or remove it"), (b"\xff\xfe", "no text in UTF-8")],
)
def test_a_file_that_holds_no_secret(folder: Path, content: bytes, message: str) -> None:
    write(folder, "word", content)
    with pytest.raises(SecretError, match=message):
        Secrets(folder).text("word", never)


def test_a_folder_in_its_place(folder: Path) -> None:
    (folder / "word").mkdir(parents=True)
    with pytest.raises(SecretError, match="word cannot be read: Is a directory"):
        Secrets(folder).text("word", never)


def test_a_file_where_the_folder_should_be(folder: Path) -> None:
    secrets = Secrets(folder)
    secrets.text("word", lambda: WORD)
    folder.parent.write_text("in the way")
    with pytest.raises(SecretError, match=r"cannot be kept: .*clusters: "):
        secrets.keep()


def test_a_file_that_is_not_finished_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "file"

    def fail_half_way() -> None:
        with private_file(path) as file:
            file.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert list(tmp_path.iterdir()) == []


def test_nothing_shows_a_secret(folder: Path) -> None:
    secrets = Secrets(folder)
    secrets.text("word", lambda: WORD)
    assert WORD not in repr(secrets) + repr(vars(secrets))


def test_what_is_made() -> None:
    passwords = {made.password() for _ in range(50)}
    assert len(passwords) == 50
    assert {len(password) for password in passwords} == {24}
    characters = set("".join(passwords))
    assert not characters & set("0O1lI")
    assert all(character.isalnum() and character.isascii() for character in characters)
    for make in (made.token, made.agent_secret, made.setup_token, made.backup_password):
        assert make() != make()
        assert make().isalnum()
        assert len(make()) >= 24


def test_a_made_password_is_kept(folder: Path) -> None:
    secrets = Secrets(folder)
    password = administrator_password(None, secrets)
    secrets.keep()
    assert administrator_password(None, Secrets(folder)) == password
    assert (folder / made.ADMINISTRATOR_PASSWORD).read_text() == f"{password}\n"


@pytest.mark.parametrize(
    ("content", "password"),
    [
        (b"twelve chars", "twelve chars"),
        (b"first line of two\nsecond line\n", "first line of two"),
        (b"written on Windows\r\nx", "written on Windows"),
        (b"\xef\xbb\xbfwith a mark before", "with a mark before"),
        (b"x" * 72 + b"\n", "x" * 72),
        (("é" * 36).encode(), "é" * 36),
        (b" blanks belong to it ", " blanks belong to it "),
    ],
)
def test_a_password_of_one_s_own(folder: Path, content: bytes, password: str) -> None:
    file = write(folder.parent, "own", content)
    assert administrator_password(file, Secrets(folder)) == password
    assert not folder.exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty; write the password there"),
        (b"\nsecond line that is long enough", "is empty"),
        (b"eleven char\n", "has 11 characters, and Portainer wants 12 at least"),
        (b"x" * 73, "has 73 bytes, and Portainer takes 72 at most"),
        (("é" * 37).encode(), "has 74 bytes"),
        (b"\xffeleven char", "no text in UTF-8"),
    ],
)
def test_a_password_that_portainer_would_not_take(
    folder: Path, content: bytes, message: str
) -> None:
    file = write(folder.parent, "own", content)
    with pytest.raises(SecretError, match=message) as caught:
        administrator_password(file, Secrets(folder))
    assert str(file) in str(caught.value)
    for word in ("eleven", "xxx", "éé", "second"):
        assert word not in str(caught.value)


def test_a_kept_password_is_checked_too(folder: Path) -> None:
    write(folder, made.ADMINISTRATOR_PASSWORD, b"short\n")
    with pytest.raises(SecretError, match=r"portainer-admin-password has 5 characters"):
        administrator_password(None, Secrets(folder))


def test_a_password_file_that_is_missing(folder: Path) -> None:
    file = folder / "none"
    with pytest.raises(SecretError, match=r"none cannot be read: No such file or directory"):
        administrator_password(file, Secrets(folder))


def test_the_lock_is_gone_also_where_files_are_closed_late(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As gevent does while its loop does not run: the next to come would wait for ever."""
    monkeypatch.setattr(os, "close", lambda handle: None)
    secrets = Secrets(folder)
    secrets.text("word", lambda: WORD)
    secrets.keep()
    handle = os.open(folder, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
