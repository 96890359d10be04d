"""What a board says of an archive: the parts that its operations do not try."""

import os
from pathlib import Path

import pytest
from pyinfra.api.exceptions import FactProcessError

from facts.artefact import Artefact
from picluster.artefacts import HADOOP, places
from tests.facts.shell import HOSTILE
from tests.facts.systemd_board import ask, board_with_systemd

ASKED = {"link": HADOOP.name, "folder": HADOOP.folder_name, "sha256": HADOOP.sha256}
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


def test_a_blank_board(board: Path) -> None:
    found = ask(board, Artefact(), **ASKED)
    assert (found["offered"].sum, found["offered"].old, found["folders"]) == (None, (), ())
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
    there = ask(board, Artefact(), **ASKED)["unpacked"]
    names = [Path(path).name for path in there.others]
    assert names == ["hadoop-2-bb", "hadoop-3-cc", "hadoop-1-aa"]
    assert there.superfluous == there.others[1:]


@pytest.mark.parametrize("key", ASKED)
@pytest.mark.parametrize("value", [*HOSTILE, "", "../x"], ids=ascii)
def test_hostile_arguments(key: str, value: str, board: Path) -> None:
    with pytest.raises(FactProcessError, match="belongs to no archive"):
        ask(board, Artefact(), **ASKED | {key: value})


def test_an_answer_that_was_cut_off_is_none() -> None:
    with pytest.raises(FactProcessError, match="lacks 'archive_sum'"):
        Artefact().process(["systemd=1"])
