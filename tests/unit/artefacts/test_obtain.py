"""The archive on the controller: right or refused, made once, never half."""

import errno
import fcntl
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from picluster.artefacts import Archive, ArtefactError, obtain
from picluster.artefacts.obtain import sum_of
from tests.unit.artefacts.played import Maven, jar


def _refusal(maven: Maven, store: Path) -> str:
    """Why it is not had; nothing but other archives may be left in the store."""
    with pytest.raises(ArtefactError) as error:
        obtain(maven.archive, store, lambda _: None)
    assert [path.name for path in store.iterdir() if path.suffix != ".tar"] == []
    return str(error.value)


def test_it_is_made_once(maven: Maven, tmp_path: Path) -> None:
    said: list[str] = []
    file = obtain(maven.archive, tmp_path / "a/store", said.append)
    assert sum_of(file) == maven.archive.sha256
    assert any("3 jars" in line for line in said)
    again: list[str] = []
    assert obtain(maven.archive, tmp_path / "a/store", again.append) == file
    assert (maven.calls, again) == (1, [])
    assert os.listdir(file.parent) == [file.name]


def test_each_thing_is_at_its_place(maven: Maven, tmp_path: Path) -> None:
    with tarfile.open(obtain(maven.archive, tmp_path / "store", print)) as archive:
        assert archive.getnames() == [
            "VERSION",
            "examples/hadoop-mapreduce-examples-9.8.jar",
            "hdfs-ui/webapps/x.html",
            "lib/demo-1.jar",
        ]


def test_a_jar_that_was_tampered_with_is_named(maven: Maven, tmp_path: Path) -> None:
    (maven.repository / "demo-1.jar").write_bytes(jar({"Evil.class": b"evil"}))
    said = _refusal(maven, tmp_path / "store")
    assert said.startswith("demo-1.jar: another SHA-256")
    assert "find ~/.m2/repository -name 'demo-1.jar' -delete" in said
    assert not list((tmp_path / "store").iterdir())


def test_all_problems_are_named_at_once(maven: Maven, tmp_path: Path) -> None:
    (maven.repository / "demo-1.jar").rename(maven.repository / "demo-2.jar")
    said = _refusal(maven, tmp_path / "store")
    assert "demo-1.jar: Maven did not copy it" in said
    assert "demo-2.jar: copied by Maven, and not in" in said


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (
            "echo 'Could not find artifact org.x:demo:jar:1.0 in central (https://u:pw@r/m)'",
            "org.x:demo:jar:1.0: not in the registry",
        ),
        (
            "echo 'Could not transfer artifact a:b:pom:1 from/to c (https://u:pw@r/m): timed out'",
            "is this computer on the network",
        ),
        ("echo \"No plugin found for prefix 'dependency'\"", "is this computer on the network"),
        ("echo 'copy failed: No space left on device'", "no space left on this computer"),
        ("echo 'The JAVA_HOME variable is not defined' >&2", "default-jre-headless"),
        ("printf '\\033[0m[ERROR] Unknown lifecycle phase\\n'", "Maven failed: Unknown lifecycle"),
        ("", "it gave no reason"),
    ],
)
def test_maven_that_fails_is_explained(
    script: str, words: str, maven: Maven, tmp_path: Path
) -> None:
    maven.does(f'mkdir -p "$to"; echo x >"$to/demo-1.jar"; {script or ":"}; exit 1')
    said = _refusal(maven, tmp_path / "store")
    assert words in said
    assert "pw" not in said


def test_maven_that_is_not_there_is_explained(
    maven: Maven, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert "apt-get install maven" in _refusal(maven, tmp_path / "store")


def test_a_full_disk_is_explained(
    maven: Maven, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("picluster.artefacts.build.copy_jars", full)
    assert "on this computer is full" in _refusal(maven, tmp_path / "store")


def test_a_store_that_is_no_folder_is_explained(maven: Maven, tmp_path: Path) -> None:
    (tmp_path / "store").write_text("")
    with pytest.raises(ArtefactError, match="store cannot be used: File exists"):
        obtain(maven.archive, tmp_path / "store", print)


def test_a_damaged_archive_is_refused_and_stays(maven: Maven, tmp_path: Path) -> None:
    file = obtain(maven.archive, tmp_path / "store", print)
    content = file.read_bytes()
    file.write_bytes(content[:600] + b"X" + content[601:])
    said = _refusal(maven, tmp_path / "store")
    assert f"{file} is damaged" in said
    assert f"rm '{file}'" in said
    assert maven.calls == 1
    file.unlink()
    assert obtain(maven.archive, tmp_path / "store", print).read_bytes() == content


def test_what_was_not_pinned_is_refused(maven: Maven, tmp_path: Path) -> None:
    other = Archive("hadoop", "9.9", "0" * 64, 1)
    with pytest.raises(ArtefactError, match="changed without pinning anew"):
        obtain(other, tmp_path / "store", print)
    assert not list((tmp_path / "store").iterdir())


def test_a_lock_that_is_none_is_refused(maven: Maven, tmp_path: Path) -> None:
    with maven.lock.open("a") as lock:
        lock.write("abc  ../x.jar\n")
    assert "no sum and name of a jar" in _refusal(maven, tmp_path / "store")


def test_two_at_once_do_not_spoil_each_other(maven: Maven, tmp_path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from picluster.artefacts import archive, obtain
archive.FOLDER = Path({str(maven.recipes)!r})
print(obtain(archive.pinned("hadoop"), Path({str(tmp_path / "store")!r}), print))"""
    argv = [sys.executable, "-u", "-c", code]
    (tmp_path / "store").mkdir()
    handle = os.open(tmp_path / "store", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    both = [subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        for process in both:
            assert process.stdout is not None
            assert "waiting" in process.stdout.readline()
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)
        os.close(handle)
    said = [process.communicate(timeout=60)[0].splitlines()[-1] for process in both]
    assert said == [str(tmp_path / "store" / maven.archive.file_name)] * 2
    assert maven.calls == 1
