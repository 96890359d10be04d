"""The head's card, with the names of all files in HDFS, dies; its SecondaryNameNode has a copy."""

import time

from docker.models.containers import Container

from picluster.lab import machine
from tests.conftest import LabUnderTest
from tests.lab import accidents, deploying, hadoop_seen, seen

HEAD = "pi8"
IMAGES = "/var/lib/hadoop/secondarynamenode/current"
CHECKPOINT_SECONDS = 180.0
"""It looks once a minute whether one is due, and the first one after its start always is."""


def dies(under_test: LabUnderTest) -> None:
    """Right after a checkpoint: so nothing is lost, and it can be told whether all came back."""
    secondary = hadoop_seen.head(under_test, "secondarynamenode")
    begin = time.time()
    seen.shell(secondary, "systemctl restart hdfs-secondarynamenode")
    accidents.wait_for(
        lambda: _has_copied(secondary, begin), "no checkpoint", seconds=CHECKPOINT_SECONDS
    )
    accidents.reflashed(under_test, HEAD)


def recover(under_test: LabUnderTest) -> None:
    """As the message says; on the new card as it is."""
    run = deploying.apply(under_test.environment, deploy="deploys.hdfs.recover")
    assert (run.code, run.errors) == (0, 0), run.log


def _has_copied(secondary: Container, begin: float) -> bool:
    """Whether the SecondaryNameNode has an image of its own that is younger.

    The NameNode takes one an hour at most, and so does not tell of it.
    """
    words = ("-name", "fsimage_*", "!", "-name", "*.md5", "-newermt", f"@{begin:.0f}")
    code, found = machine.run(secondary, "find", IMAGES, *words)
    return code == 0 and bool(found.strip())
