"""In the middle of bringing Java and the archives of Hadoop and Spark to the boards."""

from dataclasses import replace

from tests.conftest import LabUnderTest
from tests.lab import archives_seen
from tests.lab.holding import caught, frozen, held
from tests.lab.interrupting import says
from tests.lab.interruptions.interruption import Interruption, on

SEED, BOARD = "pi8", "pi1a"
SPARK_BOARD = "pi2a"
"""One of 1 GB runs no Spark."""
WITHOUT_JAVA = on(
    BOARD, "DEBIAN_FRONTEND=noninteractive apt-get -q -y purge 'openjdk-*' 'default-jre*'"
)
JAVA = caught("HDFS | Install Java", BOARD, "^/usr/bin/dpkg .*--unpack")
OFFERED = "/var/cache/picluster/artefacts"
HADOOP, SPARK = "HDFS | Install Hadoop", "Spark | Install Spark"
WITHOUT_HADOOP = on(BOARD, "rm -rf /opt/hadoop*")
WITHOUT_SPARK = on(SPARK_BOARD, "rm -rf /opt/spark*")

INCOMING = "/var/cache/picluster/incoming/hadoop-*.tar"
FETCHING = frozen(
    HADOOP,
    BOARD,
    "rsync",
    "--append-verify",
    f"[ $(stat -c %s {INCOMING} || echo 0) -gt 20000000 ]",
)
UNPACKING_HADOOP = frozen(HADOOP, BOARD, "tar", "-x", "[ -e /opt/.hadoop-*.new/lib ]")
UNPACKING_SPARK = frozen(SPARK, SPARK_BOARD, "tar", "-x", "[ -e /opt/.spark-*.new/jars ]")


def whole_or_absent(under_test: LabUnderTest) -> None:
    """On every board."""
    for board in under_test.boards.values():
        archives_seen.are_whole_or_absent(board)


_JAVA = {
    "Java's packages, power cut": Interruption(WITHOUT_JAVA, BOARD, JAVA, power_cut=True),
}

_ARCHIVES = {
    "Hadoop on its way from this computer, power cut": Interruption(
        on(SEED, f"rm {OFFERED}/hadoop-*"), SEED, says("50 % are sent"), power_cut=True
    ),
    "Spark on its way from this computer": Interruption(
        on(SEED, f"rm {OFFERED}/spark-*"), SEED, says("50 % are sent")
    ),
    "Hadoop on its way between boards, power cut": Interruption(
        WITHOUT_HADOOP, BOARD, FETCHING, power_cut=True
    ),
    "Hadoop half unpacked, and still at it in the next run": Interruption(
        WITHOUT_HADOOP, BOARD, UNPACKING_HADOOP, still_there=HADOOP
    ),
    "Hadoop unpacked without its name, power cut": Interruption(
        WITHOUT_HADOOP, BOARD, held(HADOOP, BOARD, "mv", "/.hadoop-"), power_cut=True
    ),
    "Spark half unpacked, power cut": Interruption(
        WITHOUT_SPARK, SPARK_BOARD, UNPACKING_SPARK, power_cut=True
    ),
}

CASES = _JAVA | {
    name: replace(case, afterwards=whole_or_absent) for name, case in _ARCHIVES.items()
}
