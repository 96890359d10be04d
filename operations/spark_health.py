"""Whether Spark's history server answers, and waiting until it does."""

import time

from facts.spark import HistoryServer
from operations import peers

POLL_SECONDS = 1.0
WAIT_SECONDS = 120
"""Java on a Pi 3 that starts everything at once, and five seconds until systemd tries again where
HDFS was not up yet."""


def complaint(history: str, page: str, version: str) -> str | None:
    """What is wrong with it, None when all is well; waits for that.

    + history: name of its host
    + page: where it is, such as ``http://192.0.2.11:18080``
    + version: of Spark, that it is to have
    """
    deadline = time.monotonic() + WAIT_SECONDS
    while (found := _version(history, page)) is None and time.monotonic() <= deadline:
        time.sleep(POLL_SECONDS)
        peers.look_again()
    if found is None:
        return (
            f"Spark's history server on {history} does not answer at {page}: see `journalctl -u "
            "spark-historyserver` there"
        )
    if found != version:
        return (
            f"Spark's history server on {history} is of {found}, not {version}: see `systemctl "
            "status spark-historyserver` there"
        )
    return None


def _version(history: str, page: str) -> str | None:
    """What it says it is of; None where it does not answer, or its host does not."""
    found = peers.ask(history, HistoryServer, page=page)
    return found and found["version"]
