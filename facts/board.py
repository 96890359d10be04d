"""The board: which Raspberry Pi this is, its memory, and what runs on it."""

import re
from typing import TypedDict

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from facts.answer import Answer
from facts.identity import identify

# Everything read here is world-readable. The CPU part of cpuinfo has a line "CPU revision", so the
# pattern is anchored; `linux,revision` is a big-endian number of four bytes.
_COMMAND = r"""export LC_ALL=C
exec 2>/dev/null
tree=/proc/device-tree
hex() { od -An -v -tx1 "$1" | tr -d ' \n'; }
words() { tr '\000' ' ' <"$1" | tr -dc '[:print:]'; }
cpu() { sed -n "s/^$1[[:space:]]*:[[:space:]]*//p" /proc/cpuinfo | head -n 1 | tr -dc '[:print:]'; }
echo "revision=$(hex $tree/system/linux,revision)"
echo "compatible=$(words $tree/compatible)"
echo "name=$(words $tree/model)"
echo "sdram=$(hex $tree/chosen/rpi-sdram-size-gbit)"
echo "serial=$(words $tree/serial-number)"
echo "cpu_revision=$(cpu Revision)"
echo "cpu_name=$(cpu Model)"
echo "cpu_serial=$(cpu Serial)"
echo "memory=$(sed -n 's/^MemTotal:[[:space:]]*\([0-9]*\) kB$/\1/p' /proc/meminfo)"
port=eth0
[ -e /sys/class/net/$port ] || port=$(awk '$2 == "00000000" { print $1; exit }' /proc/net/route)
echo "mac=$(cat "/sys/class/net/$port/address")"
echo "machine=$(uname -m)"
echo "architecture=$(dpkg --print-architecture)"
echo "page_size=$(getconf PAGE_SIZE)"
"""


class BoardState(TypedDict):
    """What a board says about itself."""

    is_pi: bool
    revision: str | None
    """Revision code as /proc/cpuinfo writes it, for example a020d3."""
    model: str | None
    """Key of the project's table of models, for example 3B+; None for one that it lacks."""
    title: str | None
    memory_mb: int | None
    """MiB that the board was sold with."""
    memory_total_kb: int
    """MemTotal, in kB: what GPU and kernel leave."""
    serial: str | None
    mac: str | None
    """Of eth0, else of the interface with the default route."""
    machine: str
    """Architecture of the kernel (uname -m), for example aarch64."""
    architecture: str
    """Architecture of the userland in dpkg's words, for example arm64."""
    page_size: int
    """Bytes: 4096, or 16384 with the Pi 5 family's own kernel."""


def parse_board(output: list[str]) -> BoardState:
    """The board's answer as data; raises FactProcessError where it cannot be understood."""
    answer = Answer(output)
    memory_total_kb = answer.number("memory")
    page_size = answer.number("page_size")
    if memory_total_kb is None or page_size is None:
        raise FactProcessError("the board did not tell its memory: is /proc mounted there?")
    identity = identify(
        codes=_present(answer, "revision", "cpu_revision"),
        texts=_present(answer, "name", "cpu_name"),
        compatible=answer.text("compatible") or "",
        sdram_gbit=_hexadecimal(answer.text("sdram")),
        memory_total_kb=memory_total_kb,
    )
    return BoardState(
        is_pi=identity.is_pi,
        revision=identity.revision,
        model=identity.model.name if identity.model else None,
        title=identity.title,
        memory_mb=identity.memory_mb,
        memory_total_kb=memory_total_kb,
        serial=next(iter(_present(answer, "serial", "cpu_serial")), None),
        mac=answer.text("mac"),
        machine=answer.required("machine"),
        architecture=answer.text("architecture") or "unknown",  # a system without dpkg
        page_size=page_size,
    )


def _present(answer: Answer, *keys: str) -> list[str]:
    return [value for key in keys if (value := answer.text(key))]


def _hexadecimal(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch("[0-9a-f]{8}", text):
        raise FactProcessError(f"rpi-sdram-size-gbit holds the bytes {text}, not four of them")
    return int(text, 16)


class PiBoard(FactBase[BoardState | None]):
    """
    Returns the model, memory and architecture of a board; a machine that is no Raspberry Pi has
    ``is_pi`` false. ``None`` only where the fact failed, and the host with it.
    """

    @override
    def command(self) -> str:
        return _COMMAND

    @override
    def process(self, output: list[str]) -> BoardState:
        return parse_board(output)
