"""Swap as it is set up and as it runs."""

from typing import TypedDict

from pyinfra.api import FactBase
from typing_extensions import override

from facts.answer import REPORT_FILE, Answer
from facts.boot import parse_swaps

RPI_DROP_IN = "/etc/rpi/swap.conf.d/80-picluster.conf"
ZRAM_CONFIG = "/etc/systemd/zram-generator.conf"

_COMMAND = (
    "export LC_ALL=C\nexec 2>/dev/null\n"
    + REPORT_FILE
    + rf"""
rpi=0 dphys=0
if [ -e /etc/rpi/swap.conf ]; then rpi=1; fi
if systemctl is-enabled --quiet dphys-swapfile.service; then dphys=1; fi
echo "rpi_swap=$rpi"
echo "dphys_enabled=$dphys"
report_file rpi_drop_in {RPI_DROP_IN}
report_file zram_config {ZRAM_CONFIG}
report_file swaps /proc/swaps
"""
)


class SwapState(TypedDict):
    """The swap of a board."""

    rpi_swap: bool
    """Whether the release's mechanism is rpi-swap (trixie)."""
    dphys_enabled: bool
    """Whether dphys-swapfile (bookworm) would make a file at the next boot."""
    rpi_drop_in: str | None
    """Our drop-in for rpi-swap."""
    zram_config: str | None
    """Configuration of systemd-zram-generator."""
    active: list[str]
    """Paths of /proc/swaps."""


class Swap(FactBase[SwapState | None]):
    """
    Returns how swap is set up and which areas are active.
    """

    @override
    def command(self) -> str:
        return _COMMAND

    @override
    def process(self, output: list[str]) -> SwapState:
        answer = Answer(output)
        return SwapState(
            rpi_swap=answer.flag("rpi_swap"),
            dphys_enabled=answer.flag("dphys_enabled"),
            rpi_drop_in=_text(answer, "rpi_drop_in", RPI_DROP_IN),
            zram_config=_text(answer, "zram_config", ZRAM_CONFIG),
            active=parse_swaps(answer.file("swaps", "/proc/swaps") or b""),
        )


def _text(answer: Answer, key: str, path: str) -> str | None:
    content = answer.file(key, path)
    return None if content is None else content.decode(errors="replace")
