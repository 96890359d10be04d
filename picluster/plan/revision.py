"""Revision codes: which board a Raspberry Pi says it is.

Source of the layout and of the old codes: raspberrypi/documentation, page revision-codes.
Fields are always masked, never compared as text: every new PCB brings new whole codes.
"""

import re
from dataclasses import dataclass

from picluster.plan.boards import MODELS, Model, model_of_type
from picluster.plan.errors import UserError

_NEW_STYLE = 1 << 23
_WARRANTY_NEW = 1 << 25
_WARRANTY_OLD = 1 << 24

_MEMORY_MB = (256, 512, 1024, 2048, 4096, 8192, 16384, None)
_MANUFACTURERS = ("Sony UK", "Egoman", "Embest", "Sony Japan", "Embest", "Stadium")
_PROCESSORS = ("BCM2835", "BCM2836", "BCM2837", "BCM2711", "BCM2712")
_INTERNAL_TYPES = (0x0F, 0x16)

# code: (model, PCB revision, memory in MiB, manufacturer). 0015 was sold with 256 and with 512.
_OLD_STYLE: dict[int, tuple[str, str, int | None, str]] = {
    0x02: ("B", "1.0", 256, "Egoman"),
    0x03: ("B", "1.0", 256, "Egoman"),
    0x04: ("B", "2.0", 256, "Sony UK"),
    0x05: ("B", "2.0", 256, "Qisda"),
    0x06: ("B", "2.0", 256, "Egoman"),
    0x07: ("A", "2.0", 256, "Egoman"),
    0x08: ("A", "2.0", 256, "Sony UK"),
    0x09: ("A", "2.0", 256, "Qisda"),
    0x0D: ("B", "2.0", 512, "Egoman"),
    0x0E: ("B", "2.0", 512, "Sony UK"),
    0x0F: ("B", "2.0", 512, "Egoman"),
    0x10: ("B+", "1.2", 512, "Sony UK"),
    0x11: ("CM1", "1.0", 512, "Sony UK"),
    0x12: ("A+", "1.1", 256, "Sony UK"),
    0x13: ("B+", "1.2", 512, "Embest"),
    0x14: ("CM1", "1.0", 512, "Embest"),
    0x15: ("A+", "1.1", None, "Embest"),
}


class RevisionError(UserError, ValueError):
    """A text that is no revision code of a Raspberry Pi; the message says why."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A decoded revision code."""

    code: str
    """The code in lower case without prefix, at least four digits."""
    model: Model | None
    """None for a type that is not in the table (newer than this program, or internal)."""
    model_name: str
    memory_mb: int | None
    """Installed memory in MiB; None where the code does not tell.

    A new-style code with memory code 7 ("other") does not, as on the 3 GB boards: ask the device
    tree (/chosen/rpi-sdram-size-gbit) or MemTotal then. Neither does the old code 0015.
    """
    soc: str
    manufacturer: str
    pcb_revision: str
    warranty_void: bool
    old_style: bool
    overvoltage_allowed: bool = True
    otp_program_allowed: bool = True
    otp_read_allowed: bool = True


def decode_revision(code: str) -> Revision:
    """What a revision code says, for example `a020d3` from /proc/cpuinfo.

    Accepts a `0x` prefix, upper case and leading zeros. Unknown types, processors and
    manufacturers of a new-style code are named as such.
    Raises RevisionError for text that is no code, and for an old-style code that never was given.
    """
    value = _parse(code)
    return _decode_new(value) if value & _NEW_STYLE else _decode_old(value)


def memory_class_mb(mem_total_kb: int) -> int:
    """The size (MiB) a board was sold with, from MemTotal of /proc/meminfo (kB).

    MemTotal is lower than that size by what GPU and kernel keep; the cut-offs lie between the
    values seen on boards (a 1 GB 3B+ shows 931,400 kB, a 2 GB 4B 1,893,276 kB).
    """
    cut_offs = (
        (600_000, 512),
        (1_100_000, 1024),
        (2_200_000, 2048),
        (3_300_000, 3072),
        (4_400_000, 4096),
        (8_600_000, 8192),
    )
    return next((size for below, size in cut_offs if mem_total_kb < below), 16384)


def _parse(code: str) -> int:
    digits = re.fullmatch(r"(?:0x)?([0-9a-f]+)", code.strip().lower(), re.ASCII)
    if digits is None:
        raise RevisionError(
            f"{code!r} is no revision code: write its hexadecimal digits as /proc/cpuinfo shows "
            'them in the line "Revision", for example a020d3'
        )
    significant = digits[1].lstrip("0")
    if len(significant) > 8:
        raise RevisionError(
            f"{code!r} is no revision code: it has {len(significant)} hexadecimal digits, "
            "a revision code at most 8 (is it the serial number?)"
        )
    return int(significant or "0", 16)


def _decode_new(value: int) -> Revision:
    type_code = value >> 4 & 0xFF
    memory_mb = _MEMORY_MB[value >> 20 & 0b111]
    model = model_of_type(type_code, memory_mb)
    return Revision(
        code=f"{value:04x}",
        model=model,
        model_name=model.name if model else _name_of_unknown(type_code),
        memory_mb=memory_mb,
        soc=_pick(_PROCESSORS, value >> 12 & 0xF, "processor"),
        manufacturer=_pick(_MANUFACTURERS, value >> 16 & 0xF, "manufacturer"),
        pcb_revision=f"1.{value & 0xF}",
        warranty_void=bool(value & _WARRANTY_NEW),
        old_style=False,
        overvoltage_allowed=not value >> 31 & 1,
        otp_program_allowed=not value >> 30 & 1,
        otp_read_allowed=not value >> 29 & 1,
    )


def _decode_old(value: int) -> Revision:
    row = _OLD_STYLE.get(value & ~_WARRANTY_OLD)
    if row is None:
        raise RevisionError(
            f"{value:04x} is no revision code: old-style codes are 0002 to 0015, "
            "and a newer code has bit 23 set (for example a020d3)"
        )
    name, pcb_revision, memory_mb, manufacturer = row
    return Revision(
        code=f"{value:04x}",
        model=MODELS[name],
        model_name=name,
        memory_mb=memory_mb,
        soc=MODELS[name].soc,
        manufacturer=manufacturer,
        pcb_revision=pcb_revision,
        warranty_void=bool(value & _WARRANTY_OLD),
        old_style=True,
    )


def _name_of_unknown(type_code: int) -> str:
    if type_code in _INTERNAL_TYPES:
        return f"internal type 0x{type_code:02x}"
    return f"unknown type 0x{type_code:02x}"


def _pick(names: tuple[str, ...], number: int, field: str) -> str:
    return names[number] if number < len(names) else f"unknown {field} 0x{number:x}"
