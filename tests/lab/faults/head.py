"""The head's card, with the names of all files in HDFS, dies; its SecondaryNameNode has a copy."""

import time

from tests.conftest import LabUnderTest
from tests.lab import accidents, deploying, hadoop_seen, seen

HEAD = "pi8"
CHECKPOINT_SECONDS = 180.0
"""It looks once a minute whether one is due, and the first one after its start always is."""


def dies(under_test: LabUnderTest) -> None:
    """Right after a checkpoint: so nothing is lost, and it can be told whether all came back."""
    begin = time.time()
    secondary = hadoop_seen.head(under_test, "secondarynamenode")
    seen.shell(secondary, "systemctl restart hdfs-secondarynamenode")
    accidents.wait_for(
        lambda: _last_checkpoint(under_test) > begin, "no checkpoint", seconds=CHECKPOINT_SECONDS
    )
    accidents.reflashed(under_test, HEAD)


def recover(under_test: LabUnderTest) -> None:
    """As the message says; on the new card as it is."""
    run = deploying.apply(under_test.environment, deploy="deploys.hdfs.recover")
    assert (run.code, run.errors) == (0, 0), run.log


def _last_checkpoint(under_test: LabUnderTest) -> float:
    """Seconds since 1970; 0 where the NameNode does not tell."""
    namenode = hadoop_seen.head(under_test, "namenode")
    names = hadoop_seen.bean(namenode, 9870, "service=NameNode,name=FSNamesystem")
    return float(names.get("LastCheckpointTime", 0)) / 1000
