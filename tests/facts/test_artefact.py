"""What a board says of an archive: the parts that its operations do not try."""

import os
from pathlib import Path

import pytest
from pyinfra.api.exceptions import FactProcessError

from facts.artefact import Artefact, ArtefactState
from picluster.artefacts import HADOOP, SPARK, Archive, places
from tests.facts.shell import HOSTILE
from tests.facts.systemd_board import ask, board_with_systemd

SPARK_NOW = SPARK["4.3.0"]
ASKED = {archive.folder_name: archive.sha256 for archive in (HADOOP, SPARK_NOW)}
NOTHING = """ActiveState=inactive
UnitFileState=
NeedDaemonReload=no
InvocationID=
FragmentPath=
DropInPaths="""


@pytest.fixture
def board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(places, "UNPACKED", str(tmp_path / "opt"))
    (tmp_path / "answer1").write_text(f"{NOTHING}\n")
    for name in ("etc", "run", "var/cache", "opt"):
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
    return board_with_systemd(tmp_path)


def _ask(board: Path) -> dict[str, ArtefactState]:
    answer: dict[str, ArtefactState] = ask(board, Artefact(), archives=ASKED)
    return answer


@pytest.mark.parametrize("archive", [HADOOP, SPARK_NOW])
def test_a_blank_board(archive: Archive, board: Path) -> None:
    found = _ask(board)[archive.folder_name]
    assert (found["offered"].sum, found["offered"].old) == (None, ())
    assert (found["folders"], found["files"]) == ((), ())
    there = found["unpacked"]
    assert (there.whole, there.others, there.link, there.leftovers) == (False, (), None, ())
    assert not there.in_the_way
    assert found["one_disk"]
    # Asked one after the other, of a disk that others write to as well.
    assert abs(found["free_cache"] - found["free_unpacked"]) < found["free_cache"] / 10
    assert not found["server"]["active"]
    assert set(found["server_files"]) == set(places.SERVER_PATHS)
    assert not any(found["server_files"].values())


def test_versions_are_told_newest_first_and_only_ours(board: Path) -> None:
    for time, name in enumerate(["hadoop-1-aa", "hadoop-3-cc", "hadoop-2-bb"], 10):
        stamp = board / "opt" / name / places.STAMP
        stamp.parent.mkdir()
        stamp.write_text("x")
        os.utime(stamp, (time, time))
    (board / "opt/hadoop-3.4.1").mkdir()
    there = _ask(board)[HADOOP.folder_name]["unpacked"]
    names = [Path(path).name for path in there.others]
    assert names == ["hadoop-2-bb", "hadoop-3-cc", "hadoop-1-aa"]
    assert there.superfluous == there.others[1:]


def test_each_is_told_apart(board: Path) -> None:
    offered = board / places.OFFERED.lstrip("/")
    offered.mkdir(parents=True)
    for name in (HADOOP.file_name, SPARK_NOW.file_name, "spark-4.2.1-0123456789ab.tar"):
        (offered / name).write_text(name)
    (board / "var/cache/picluster/arriving").mkdir()
    (board / "var/cache/picluster/arriving" / SPARK_NOW.file_name).write_text("half")
    (board / "var/cache/picluster/incoming").mkdir()
    (board / "var/cache/picluster/incoming" / HADOOP.file_name).write_text("half")
    (board / "opt/spark").symlink_to("x")
    found = _ask(board)
    hadoop, spark = found[HADOOP.folder_name], found[SPARK_NOW.folder_name]
    assert len(hadoop["files"]) == 3
    assert hadoop["files"] == spark["files"]
    assert (hadoop["offered"].old, hadoop["unpacked"].link) == ((), None)
    assert [Path(path).parent.name for path in hadoop["unpacked"].leftovers] == ["incoming"]
    assert [Path(path).name for path in spark["offered"].old] == [
        "spark-4.2.1-0123456789ab.tar", SPARK_NOW.file_name,
    ]  # fmt: skip
    assert (spark["unpacked"].link, spark["unpacked"].leftovers) == ("x", ())
    assert hadoop["offered"].sum != spark["offered"].sum


@pytest.mark.parametrize("value", [*HOSTILE, "", "../x"], ids=ascii)
def test_hostile_arguments(value: str, board: Path) -> None:
    for archives in ({value: HADOOP.sha256}, {HADOOP.folder_name: value}, value, {}):
        with pytest.raises(FactProcessError, match="belongs to no archive"):
            ask(board, Artefact(), archives=archives)


def test_an_answer_that_was_cut_off_is_none() -> None:
    fact = Artefact()
    fact.command(ASKED)
    with pytest.raises(FactProcessError, match="lacks 'archive_sum'"):
        fact.process(["systemd=1"])
