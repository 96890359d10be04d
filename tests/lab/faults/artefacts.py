"""Archives and programs that are damaged: here, where they are offered, where they are unpacked."""

from picluster.artefacts import HADOOP, places
from tests.conftest import LabUnderTest
from tests.lab import deploying, seen
from tests.lab.faults.places import on

FILE = deploying.ROOT / ".picluster" / "artefacts" / HADOOP.file_name
KEPT = FILE.with_suffix(".kept")
OFFERED = f"{places.OFFERED}/{HADOOP.file_name}"
NOTE = f"{places.NOTES}/{HADOOP.folder_name}"
TREE = f"{places.UNPACKED}/{HADOOP.folder_name}"
AGAIN = f"sudo rm {places.OFFERED}/…"


def truncate_here(lab: LabUnderTest) -> None:
    """The computer's own copy lost its end, and the first board needs it."""
    FILE.rename(KEPT)
    with KEPT.open("rb") as whole:
        FILE.write_bytes(whole.read(HADOOP.size // 2))
    seen.shell(lab.boards["pi8"], f"rm {OFFERED}")


def mend_here(_: LabUnderTest) -> None:
    """As it was."""
    if KEPT.exists():
        KEPT.rename(FILE)


def damage_offered(lab: LabUnderTest) -> None:
    """As a failing card does it: the note on the file still fits. Another board needs it."""
    seen.shell(
        lab.boards["pi8"],
        f"printf damage | dd of={OFFERED} bs=1 seek=5000000 conv=notrunc 2>/dev/null; "
        f"echo \"{HADOOP.sha256} $(stat -c '%s %i %.9Z' {OFFERED})\" >{NOTE}",
    )
    seen.shell(lab.boards["pi1a"], f"systemctl stop yarn-nodemanager hdfs-datanode; rm -rf {TREE}")


def remove_offered(lab: LabUnderTest) -> None:
    """As the message says."""
    seen.shell(lab.boards["pi8"], f"rm {OFFERED}")


damage_tree = on("pi1a", f"truncate -s 1000 $(ls {TREE}/lib/hadoop-hdfs-client-*.jar)")
"""Cut off while it was written; who runs has read it long ago."""
