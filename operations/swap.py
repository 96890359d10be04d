"""Swap by the release's own mechanism."""

from shlex import quote

from pyinfra import host
from pyinfra.api import StringCommand, operation

from facts.swap import RPI_DROP_IN, ZRAM_CONFIG, Swap, SwapState
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
    commands = _commands(found, wished)
    if not commands:
        host.noop(f"swap is set to {wished}")
        return
    for command in commands:
        yield StringCommand(command)


def _commands(swap: SwapState, wished: str) -> list[str]:
    commands = []
    if swap["rpi_swap"]:
        drop_in = RPI_TEXT.format(wished=wished)
        if swap["rpi_drop_in"] != drop_in:
            commands.append(_write(RPI_DROP_IN, drop_in))
    elif wished == "zram":
        if swap["zram_config"] != ZRAM_TEXT:
            commands.append(_write(ZRAM_CONFIG, ZRAM_TEXT))
    elif swap["zram_config"] is not None:
        commands.append(f"rm -f {ZRAM_CONFIG}")
    if swap["dphys_enabled"]:
        commands.append("systemctl disable --now --quiet dphys-swapfile.service")
    if not swap["rpi_swap"] and FILE in swap["active"]:
        # dphys-swapfile, which may just have been stopped, has turned it off then.
        commands.append(f"if grep -q '^{FILE} ' /proc/swaps; then swapoff {FILE}; fi")
    return commands


def _write(path: str, text: str) -> str:
    folder, new = path.rpartition("/")[0], f"{path}.new"
    return (
        f"mkdir -p {folder} && printf %s {quote(text)} > {new} && chmod 644 {new} "
        f"&& mv -fT {new} {path}"
    )
