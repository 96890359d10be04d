"""Whether YARN has its nodes as planned, and waiting until it does."""

import time

from pyinfra import host, logger

from operations.yarn_found import Where, manager_now
from picluster.plan.yarn import Capacity, ManagerState, complaint, resting

POLL_SECONDS = 1.0
WAIT_SECONDS = 180
"""Java on a Pi 3 that starts everything at once, and three seconds until it asks again for a
ResourceManager that was not there yet."""


def reason_against(name: str, wished: Capacity | None, manager: Where) -> str | None:
    """What is wrong with this node for YARN, None when all is well; waits for that.

    Of a node that rests, too hot or without enough power, a warning is logged.

    + wished: what its NodeManager is to offer; None for a node that has the ResourceManager only
    """
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        found = manager_now(manager)
        reason = _reason(name, wished, manager, found)
        if reason is None or time.monotonic() > deadline:
            if found is not None and (rest := resting(name, found)) is not None:
                logger.warning(f"{host.print_prefix}takes no containers of YARN now: {rest}")
            return reason
        time.sleep(POLL_SECONDS)


def _reason(
    name: str, wished: Capacity | None, manager: Where, found: ManagerState | None
) -> str | None:
    if found is None:
        return f"{manager.host} does not tell of its ResourceManager; see above"
    if not found["answers"]:
        return (
            f"the ResourceManager on {manager.host} does not answer: see `journalctl -u "
            "yarn-resourcemanager` there"
        )
    return None if wished is None else complaint(name, wished, found)
