"""Switching a board off over SSH, and knowing that it really is."""

import errno
import socket
import time

from pyinfra import host, logger
from pyinfra.api import FunctionCommand, Host, State, operation

from operations import peers
from operations.difference import note
from operations.failure import Commands, fail, failed

POLL_SECONDS = 1.0
CONNECT_SECONDS = 2.0
SILENCES = 2
"""So many questions in a row have to stay without an answer: one may get lost."""

# Of a board that answers that nobody listens: its SSH server is gone, its services still stop.
_ALIVE = {errno.ECONNREFUSED, errno.ECONNRESET}

_absent: set[str] = set()


def remember_absent(state: State) -> None:
    """Notes who has failed so far: boards that could not be reached stop nobody else.

    To be called from deploy code, before any operation is executed.
    """
    _absent.clear()
    _absent.update(other.name for other in state.failed_hosts)


@operation()
def off(present: bool = True, timeout: int = 360) -> Commands:
    """
    Switch the board off, and wait until it is.

    + present: whether it is this one's turn
    + timeout: seconds that it may take; systemd gives a NameNode 300 to stop

    To be called on every host, once for each group of boards in their order: a group begins when
    the one before is off, and not at all after a step of this run has failed on any board. systemd
    stops what runs there, in its order, and writes all to the disk.

    **Example:**

    .. code:: python

        power.off(name="Switch the workers off", present=not node.is_manager)
    """
    if not isinstance(present, bool):
        yield fail(f"present is {present!r}: write True or False")
        return
    if isinstance(timeout, bool) or not isinstance(timeout, int) or timeout < 1:
        yield fail(f"timeout is {timeout!r}: write a whole number of seconds from 1")
        return
    if not present:
        host.noop("it is not this board's turn")
        return
    note("power", "on", "off")
    yield FunctionCommand(_off, (timeout,), {})


def _off(state: State, host: Host, timeout: int) -> bool:
    """Switches a host off; False, which fails it, when it still answers after `timeout` seconds."""
    failed_now = {other.name for other in state.failed_hosts} - _absent - {host.name}
    if failed_now:
        names = ", ".join(sorted(failed_now))
        return failed(host, f"left on: a step before failed on {names}. Mend that, and run again")
    address = str(host.data.get("ssh_hostname") or host.name)
    port = int(host.data.get("ssh_port") or 22)
    # Detached, so that the command itself ends before the connection does.
    done, output = host.run_shell_command(
        "( sleep 0.2; systemctl poweroff ) </dev/null >/dev/null 2>&1 &", _sudo=True
    )
    if not done:
        return failed(host, f"could not be told to switch off: {peers.reason(output)}")
    host.disconnect()
    deadline = time.monotonic() + timeout
    silences = 0
    while silences < SILENCES:
        if time.monotonic() > deadline:
            return failed(
                host,
                f"still answers at {address} {timeout} seconds after it was told to switch off: "
                "look at its LEDs or its screen before you cut its power",
            )
        time.sleep(POLL_SECONDS)
        silences = 0 if answers(address, port) else silences + 1
    logger.info(f"{host.print_prefix}is off")
    return True


def answers(address: str, port: int) -> bool:
    """Whether a board is there at all, be it to say that no SSH server listens.

    While a board shuts down its network is the last that goes.
    """
    try:
        socket.create_connection((address, port), CONNECT_SECONDS).close()
    except OSError as error:
        return error.errno in _ALIVE
    return True
