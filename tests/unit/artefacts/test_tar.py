"""The archive's format: the same bytes everywhere, and read by everybody."""

import hashlib
import io
import tarfile

import pytest

from picluster.artefacts.tar import Member, tar

MEMBERS = [
    Member("VERSION", b"1\n"),
    Member("lib/a.jar", b"x" * 512),
    Member("lib/empty.jar", b""),
]


def test_its_bytes_are_fixed() -> None:
    data = b"".join(tar(MEMBERS))
    assert hashlib.sha256(data).hexdigest() == (
        "b644ab845c094a8ff81e14c7104dc9c89cec09759debe9389c2197e6bc043684"
    )


def test_tar_reads_it() -> None:
    with tarfile.open(fileobj=io.BytesIO(b"".join(tar(MEMBERS)))) as archive:
        found = {m.name: archive.extractfile(m) for m in archive}
        assert {n: f.read() for n, f in found.items() if f is not None} == {
            path: content for path, content, _ in MEMBERS
        }
        assert {(m.mode, m.uid, m.gid, m.uname, m.gname, m.mtime) for m in archive} == {
            (0o644, 0, 0, "root", "root", 0)
        }


def test_programs_can_be_run() -> None:
    members = [Member("bin/run", b"#!/bin/sh\n", executable=True), *MEMBERS]
    with tarfile.open(fileobj=io.BytesIO(b"".join(tar(members)))) as archive:
        assert [oct(m.mode) for m in archive] == ["0o755", "0o644", "0o644", "0o644"]


@pytest.mark.parametrize("path", ["x" * 101, "ü"])
def test_a_path_that_does_not_fit_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match=r"USTAR header|ascii"):
        list(tar([Member(path, b"")]))
