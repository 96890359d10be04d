"""Rebooting a board over SSH and knowing that it really did."""

import time
from collections.abc import Sequence

from pyinfra import logger
from pyinfra.api import Host, State

from facts.boot import Boot
from operations import rolling as roll
from operations.failure import failed

POLL_SECONDS = 1.0

# Boards that were told to reboot in this run and have not come back.
_away: set[str] = set()


def reboot_and_wait(
    state: State,
    host: Host,
    reasons: list[str],
    timeout: int,
    rolling: bool,
    managers: Sequence[str] = (),
) -> bool:
    """Reboots a host; True when it takes commands again under another boot_id.

    pyinfra's own operation compares uptimes, which a board without a clock of its own and a
    container get wrong. False, which fails the host, after `timeout` seconds, or at once when
    `rolling` and another board is still away, or the Swarm cannot spare this one now. An exception
    would show a traceback.
    """
    if rolling and _away:
        away = ", ".join(sorted(_away))
        return failed(host, f"not rebooted: {away} did not come back from its reboot")
    if rolling and managers and (reason := roll.obstacle(host, managers)) is not None:
        return failed(host, f"not rebooted: {reason}")
    boot = host.get_fact(Boot)
    if boot is None:
        return False
    before = boot["boot_id"]
    logger.info(f"{host.print_prefix}Rebooting: {'; '.join(reasons)}")
    _away.add(host.name)
    # Detached, so that the command itself ends before the connection does.
    host.run_shell_command(
        "( sleep 0.2; systemctl reboot ) </dev/null >/dev/null 2>&1 &", _sudo=True
    )
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
        if _boot_id(host) not in {None, before}:
            _away.discard(host.name)
            return not (rolling and managers) or roll.well(host, managers)
    return failed(
        host,
        f"did not come back within {timeout} seconds of its reboot; look at its LEDs or its "
        "screen, and run the deploy again when it answers",
    )


def _boot_id(host: Host) -> str | None:
    """The board's present boot, None while it does not answer."""
    try:
        host.disconnect()
        host.connect(show_errors=False)
        if not host.connected:
            return None
        done, output = host.run_shell_command("cat /proc/sys/kernel/random/boot_id", _timeout=10)
    except Exception:
        # Whatever a dying or half-made connection raises, it means: not back yet. The loop that
        # asks has its own end.
        return None
    return output.stdout.strip() if done else None
