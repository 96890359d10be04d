"""Swap by the release's own mechanism."""

from shlex import quote
from typing import NamedTuple

from pyinfra import host
from pyinfra.api import StringCommand, operation

from facts.swap import RPI_DROP_IN, ZRAM_CONFIG, Swap, SwapState
from operations.difference import note
from operations.failure import Commands, fail
from picluster.plan.swap import FILE, wrong_swap

RPI_TEXT = "[Main]\nMechanism={wished}\n"
ZRAM_TEXT = "[zram0]\nzram-size = ram\ncompression-algorithm = zstd\n"


@operation()
def mechanism(wished: str) -> Commands:
    """
    Set up swap: `none`, or `zram` (compressed memory). Neither writes to the SD card.

    + wished: `none` or `zram`

    rpi-swap (trixie) and systemd-zram-generator (which has to be installed for `zram` on
    bookworm) take effect at the next boot; dphys-swapfile (bookworm) is turned off at once.

    **Example:**

    .. code:: python

        swap.mechanism(name="No swap on the SD card", wished="none")
    """
    if reason := wrong_swap(wished):
        yield fail(reason)
        return
    found = host.get_fact(Swap)
    if found is None:
        yield fail()
        return
    steps = _steps(found, wished)
    if not steps:
        host.noop(f"swap is set to {wished}")
        return
    for step in steps:
        note(step.what, step.found, step.wanted)
    for step in steps:
        yield StringCommand(step.command)


class _Step(NamedTuple):
    """One thing that is not as wished, and what puts it right."""

    what: str
    found: str
    wanted: str
    command: str


def _steps(swap: SwapState, wished: str) -> list[_Step]:
    steps = []
    if swap["rpi_swap"]:
        drop_in = RPI_TEXT.format(wished=wished)
        if swap["rpi_drop_in"] != drop_in:
            steps.append(_written(RPI_DROP_IN, swap["rpi_drop_in"], drop_in))
    elif wished == "zram":
        if swap["zram_config"] != ZRAM_TEXT:
            steps.append(_written(ZRAM_CONFIG, swap["zram_config"], ZRAM_TEXT))
    elif swap["zram_config"] is not None:
        steps.append(_Step(ZRAM_CONFIG, "there", "gone: no swap is wished", f"rm -f {ZRAM_CONFIG}"))
    if swap["dphys_enabled"]:
        command = "systemctl disable --now --quiet dphys-swapfile.service"
        steps.append(_Step("dphys-swapfile", "starts at boot", "switched off", command))
    if not swap["rpi_swap"] and FILE in swap["active"]:
        # dphys-swapfile, which may just have been stopped, has turned it off then.
        command = f"if grep -q '^{FILE} ' /proc/swaps; then swapoff {FILE}; fi"
        steps.append(_Step(f"swap in {FILE}", "in use", "not used", command))
    return steps


def _written(path: str, found: str | None, text: str) -> _Step:
    folder, new = path.rpartition("/")[0], f"{path}.new"
    command = (
        f"mkdir -p {folder} && printf %s {quote(text)} > {new} && chmod 644 {new} "
        f"&& mv -fT {new} {path}"
    )
    return _Step(path, "not there" if found is None else found, text, command)
