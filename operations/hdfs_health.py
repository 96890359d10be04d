"""Whether HDFS is as planned for a host, and waiting until it is."""

import time
from collections.abc import Mapping

from pyinfra import host

from operations.hdfs_found import Where, namenode_now, namenode_of
from picluster.plan.hdfs_found import NameNodeState
from picluster.plan.hdfs_steps import healthy

POLL_SECONDS = 1.0
WAIT_SECONDS = 180
"""A Pi 3 needs a minute for a DataNode while its other daemons start as well."""


def complaint(namenode: Where, datanodes: Mapping[str, str]) -> str | None:
    """What is wrong with HDFS for this host, None when it is well; waits for that.

    + datanodes: name of each board with a DataNode to its IPv4 address
    """
    seen = namenode_of(namenode)
    deadline = time.monotonic() + WAIT_SECONDS
    while (reason := healthy(host.name, datanodes, seen)) is not None:
        if time.monotonic() > deadline:
            return reason
        time.sleep(POLL_SECONDS)
        seen = namenode_now(namenode)
    return None


def answering(namenode: Where) -> NameNodeState | None:
    """What the NameNode says as soon as it serves; waits for one that runs, as after a boot.

    None where its board does not tell.
    """
    seen = namenode_of(namenode)
    deadline = time.monotonic() + WAIT_SECONDS
    while seen is not None and seen["active"] and not seen["answers"]:
        if time.monotonic() > deadline:
            return seen
        time.sleep(POLL_SECONDS)
        seen = namenode_now(namenode)
    return seen
