"""DataNodes restarted one after the other, as long as HDFS can spare each of them.

pyinfra goes on with the next board after one has failed; so each step looks at HDFS itself.
"""

import time
from collections.abc import Mapping, Sequence

from gevent.lock import RLock
from pyinfra import logger
from pyinfra.api import Host, State

from operations import daemon_found, peers
from operations.daemon_scripts import restarting
from operations.failure import failed
from operations.hdfs_found import Where, namenode_now
from picluster.plan.hdfs_steps import reasons_against_restart

POLL_SECONDS = 1.0
PATIENCE_SECONDS = 120
"""A NameNode that was restarted waits for its DataNodes, and they may be slow boards."""

RESTART_SECONDS = 900
"""Stopping and starting, each with its own limit on the board."""

_turn = RLock()

# Boards whose step began in this run and has not ended well.
_unwell: set[str] = set()


def step(
    state: State,
    host: Host,
    namenode: Where,
    datanodes: Mapping[str, str],
    units: Sequence[str],
    ready: Mapping[str, str],
) -> bool:
    """Restarts this board's DataNode when HDFS can spare it; False fails the host.

    + datanodes: name of each board with a DataNode to its IPv4 address
    + units: what to restart
    + ready: name to the URL that answers when it does its work
    """
    with _turn:
        if others := sorted(_unwell - {host.name}):
            return failed(
                host,
                f"its DataNode is not restarted: {', '.join(others)} did not end its step well; "
                "mend that, and run again",
            )
        if reason := _obstacle(host.name, namenode, datanodes):
            return failed(host, f"its DataNode is not restarted: {reason}")
        _unwell.add(host.name)
        logger.info(f"{host.print_prefix}its DataNode restarts")
        daemon_found.forget()
        done, output = peers.run(host, restarting(units, ready), _timeout=RESTART_SECONDS)
        if not done:
            return failed(host, output.stderr.strip() or "the connection broke")
        if reason := _obstacle(host.name, namenode, datanodes, itself=True):
            return failed(host, f"after its DataNode was restarted, {reason}")
        _unwell.discard(host.name)
        return True


def _obstacle(
    name: str, namenode: Where, datanodes: Mapping[str, str], *, itself: bool = False
) -> str | None:
    """What speaks against going on, for as long as it does not pass; None when nothing does.

    + itself: whether this board's own DataNode has to be there too
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        seen = namenode_now(namenode)
        if not (reasons := reasons_against_restart("" if itself else name, datanodes, seen)):
            return None
        if time.monotonic() > deadline:
            return "; ".join(reasons)
        time.sleep(POLL_SECONDS)
