"""Spark's archive on the controller: of the pinned sdist alone, and what pip says explained."""

import tarfile
from pathlib import Path

import pytest

from picluster.artefacts import Archive, ArtefactError, obtain
from tests.unit.artefacts.played import SDIST, Pip, packed


def _refusal(pip: Pip, store: Path) -> str:
    """Why it is not had; nothing may be left in the store."""
    with pytest.raises(ArtefactError) as error:
        obtain(pip.archive, store, lambda _: None)
    assert list(store.iterdir()) == []
    return str(error.value)


def test_it_is_made_once_of_what_is_taken(pip: Pip, tmp_path: Path) -> None:
    said: list[str] = []
    file = obtain(pip.archive, tmp_path / "store", said.append)
    assert obtain(pip.archive, tmp_path / "store", said.append) == file
    with tarfile.open(file) as archive:
        assert {member.name: member.mode for member in archive} == {
            "VERSION": 0o644,
            "python/pyspark/shell.py": 0o644,
            "bin/spark-submit": 0o755,
            "jars/demo-1.jar": 0o644,
        }
    assert said[0].startswith("pip gets pyspark 9.9")
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_pip_is_asked_for_the_pinned_sdist_alone(pip: Pip, tmp_path: Path) -> None:
    obtain(pip.archive, tmp_path / "store", print)
    (call,) = pip.calls
    assert f"-r {pip.recipes}/spark/9.9/requirements.txt" in call
    for option in ("--require-hashes", "--no-deps", "--no-binary :all:", "--no-build-isolation"):
        assert option in call
    # Not in /tmp, which may be made of memory.
    assert call.startswith(f"{tmp_path}/store/")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo /x/python: No module named pip >&2", "has no pip"),
        ("echo 'ERROR: [Errno 28] No space left on device'", "no space left on this computer"),
        (
            "echo 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.'",
            "another SHA-256 than the pinned one",
        ),
        ("echo \"error: invalid command 'bdist_wheel'\"", "pip install -r requirements.lock"),
        ("echo \"No module named 'setuptools'\"", "pip install -r requirements.lock"),
        (
            "echo \"WARNING: Retrying after connection broken by 'x(host='pw.example'): timed "
            "out': /simple/pyspark/\"; echo 'ERROR: No matching distribution found for pyspark'",
            "is this computer on the network",
        ),
        (
            "echo 'Looking in indexes: https://u:pw@r/m'; "
            "echo 'ERROR: No matching distribution found for pyspark==9.9'",
            "pyspark==9.9: not in the index that pip asks",
        ),
        ("echo 'ERROR: Unknown at https://u:pw@r/m'", "pip failed: Unknown at"),
        ("", "it gave no reason"),
    ],
)
def test_pip_that_fails_is_explained(script: str, words: str, pip: Pip, tmp_path: Path) -> None:
    pip.does(f"{script or ':'}; exit 1")
    said = _refusal(pip, tmp_path / "store")
    assert words in said
    assert "pw" not in said


def test_a_python_that_cannot_be_run_is_explained(pip: Pip, tmp_path: Path) -> None:
    (pip.tools / "python").unlink()
    assert "cannot be run: No such file" in _refusal(pip, tmp_path / "store")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"deps/sbin/new.sh": b""}, "deps/sbin/new.sh: the list of the tree neither takes nor"),
        ({"deps/jars/rocks-1.jar": None}, "deps/jars/rocks-*.jar: no file fits this line"),
        ({"deps/bin/spark-submit": None}, "deps/bin/: no file fits this line"),
    ],
)
def test_a_list_that_does_not_fit_is_refused(
    change: dict[str, bytes | None], words: str, pip: Pip, tmp_path: Path
) -> None:
    files = {path: text for path, text in (SDIST | change).items() if text is not None}
    pip.sdist.write_bytes(packed(files))
    assert words in _refusal(pip, tmp_path / "store")


def test_what_was_not_pinned_is_refused(pip: Pip, tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match="changed without pinning anew"):
        obtain(Archive("spark", "9.9", "0" * 64, 1), tmp_path / "store", print)
