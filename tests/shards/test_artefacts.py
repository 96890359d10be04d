"""Archives damaged here, on the board that offers them, and on their way; and what is in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from docker.models.containers import Container

from picluster.artefacts import HADOOP, SPARK, obtain, places
from tests.conftest import LabUnderTest
from tests.lab import deploying, hadoop_seen, seen
from tests.unit.artefacts import spark_tree

OFFERED = f"{places.OFFERED}/{HADOOP.file_name}"
TREE = f"{places.UNPACKED}/{HADOOP.folder_name}"


@contextmanager
def another_byte(file: Path) -> Iterator[None]:
    """The file on this computer with one byte changed in its middle."""
    with file.open("r+b") as content:
        content.seek(HADOOP.size // 2)
        (byte,) = content.read(1)
        content.seek(-1, 1)
        content.write(bytes([byte ^ 1]))
    try:
        yield
    finally:
        with file.open("r+b") as content:
            content.seek(HADOOP.size // 2)
            content.write(bytes([byte]))


def without_programs(board: Container) -> None:
    """Its daemons are stopped and their programs gone, as after half a re-installation."""
    seen.shell(board, f"systemctl stop yarn-nodemanager hdfs-datanode; rm -rf {TREE}")


def test_the_controllers_file_is_damaged(converged: LabUnderTest) -> None:
    seen.shell(converged.boards["pi8"], f"rm {OFFERED}")
    file = deploying.ROOT / ".picluster" / "artefacts" / HADOOP.file_name
    with another_byte(file):
        run = deploying.apply(converged.environment, deploy="deploys.hdfs.apply")
        assert run.code == 1
        for words in (str(file), "is damaged", HADOOP.sha256, "Delete it"):
            assert words in run.log
        assert "Traceback" not in run.log
        assert seen.shell(converged.boards["pi8"], f"ls {OFFERED} 2>&1 || :").startswith("ls: ")
    run = hadoop_seen.mended(converged)
    assert run.executed == {"HDFS | Offer Hadoop to the other boards": frozenset({"pi8"})}


def test_the_offered_file_is_damaged_where_nobody_sees_it(converged: LabUnderTest) -> None:
    """As a failing card does it: the note on the file still fits."""
    head, board = converged.boards["pi8"], converged.boards["pi1a"]
    note = f"{places.NOTES}/{HADOOP.folder_name}"
    seen.shell(
        head,
        f"printf damage | dd of={OFFERED} bs=1 seek=5000000 conv=notrunc 2>/dev/null; "
        f"echo \"{HADOOP.sha256} $(stat -c '%s %i %.9Z' {OFFERED})\" >{note}",
    )
    without_programs(board)
    run = deploying.apply(converged.environment, deploy="deploys.hdfs.apply")
    assert run.code == 1
    assert f"{OFFERED} on the board of {places.source('')[:8]}" in run.log
    for words in ("is damaged", HADOOP.sha256, "Nothing was unpacked", f"sudo rm {OFFERED}"):
        assert words in run.log
    assert seen.shell(board, f"ls -d {TREE} 2>&1 || :").startswith("ls: ")
    seen.shell(head, f"rm {OFFERED}")
    hadoop_seen.mended(converged)


def test_what_came_first_is_damaged(converged: LabUnderTest) -> None:
    """A transfer that was cut off, and of which a bit fell over since: it is sent again."""
    board = converged.boards["pi1a"]
    without_programs(board)
    seen.shell(
        board,
        f"mkdir -p {places.INCOMING}; head -c 3000000 /dev/zero >"
        f"{places.INCOMING}/{HADOOP.file_name}",
    )
    hadoop_seen.mended(converged)
    assert seen.shell(board, f"ls -d {places.INCOMING} 2>&1 || :").startswith("ls: ")


@pytest.mark.parametrize("version", SPARK)
def test_the_archive_of_spark_is_for_a_pi(version: str) -> None:
    """Fetched by pip where it is not here yet."""
    made = obtain(SPARK[version], deploying.ROOT / ".picluster" / "artefacts", print)
    spark_tree.natives_run_on_a_pi(made)
    spark_tree.all_is_at_its_place(made)
