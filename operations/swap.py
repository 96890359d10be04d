"""Swap by the release's own mechanism."""

from collections.abc import Generator
from shlex import quote

from pyinfra import host
from pyinfra.api import OperationValueError, StringCommand, operation

from facts.swap import RPI_DROP_IN, ZRAM_CONFIG, Swap, SwapState

RPI_TEXT = "[Main]\nMechanism={wished}\n"
DPHYS_FILE = "/var/swap"  # its default; swap that the owner set up elsewhere is left alone
ZRAM_TEXT = "[zram0]\nzram-size = ram\ncompression-algorithm = zstd\n"


@operation()
def mechanism(wished: str) -> Generator[StringCommand, None, None]:
    """
    Set up swap: `none`, or `zram` (compressed memory). Neither writes to the SD card.

    + wished: `none` or `zram`

    rpi-swap (trixie) and systemd-zram-generator (which has to be installed for `zram` on
    bookworm) take effect at the next boot; dphys-swapfile (bookworm) is turned off at once.

    **Example:**

    .. code:: python

        swap.mechanism(name="No swap on the SD card", wished="none")
    """
    if wished not in ("none", "zram"):
        message = f"swap is none or zram, not {wished!r}"
        raise OperationValueError(message)
    commands = _commands(host.get_fact(Swap), wished)
    if not commands:
        host.noop(f"swap is set to {wished}")
        return
    for command in commands:
        yield StringCommand(command)


def _commands(swap: SwapState, wished: str) -> list[str]:
    commands = []
    if swap["rpi_swap"]:
        text = RPI_TEXT.format(wished=wished)
        if swap["rpi_drop_in"] != text:
            commands.append(_write(RPI_DROP_IN, text))
    else:
        text = ZRAM_TEXT if wished == "zram" else None
        if text is None and swap["zram_config"] is not None:
            commands.append(f"rm -f {ZRAM_CONFIG}")
        if text is not None and swap["zram_config"] != text:
            commands.append(_write(ZRAM_CONFIG, text))
    if swap["dphys_enabled"]:
        commands.append("systemctl disable --now --quiet dphys-swapfile.service")
    if not swap["rpi_swap"]:
        files = [path for path in swap["active"] if path == DPHYS_FILE]
        commands += [
            f"if grep -qF -- {quote(path + ' ')} /proc/swaps; then swapoff -- {quote(path)}; fi"
            for path in files
        ]
    return commands


def _write(path: str, text: str) -> str:
    folder, new = path.rpartition("/")[0], f"{path}.new"
    return (
        f"mkdir -p {folder} && printf %s {quote(text)} > {new} && chmod 644 {new} "
        f"&& mv -fT {new} {path}"
    )
