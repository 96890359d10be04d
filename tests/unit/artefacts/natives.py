"""What machines the native libraries in jars are for, by what their own headers say."""

import io
import re
import struct
import zipfile
from collections import defaultdict
from collections.abc import Iterable

MACHINES = {3: "x86", 62: "x86_64", 183: "aarch64"}
"""e_machine of an ELF file (elf.h)."""

Native = tuple[str, str]
"""Name of a library without what its file's name tells of the machine, and the machine."""


def natives(path: str, content: bytes) -> list[Native]:
    """The native libraries of Linux in a jar, by what their own headers say."""
    found = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            head = archive.read(name)[:20]
            if head[:4] == b"\x7fELF":
                order = "<" if head[5] == 1 else ">"
                machine = MACHINES.get(struct.unpack(f"{order}H", head[18:20])[0], "other")
                stem = re.sub(r"(_linux)?_(x86_64|aarch_64)\.so$", ".so", name.rpartition("/")[2])
                # Netty has a jar for each machine.
                family = re.sub(r"-linux-(x86_64|aarch_64)\.jar$", ".jar", path)
                found.append((f"{family}: {stem}", machine))
    return found


def only_for_x86(libraries: Iterable[Native]) -> list[str]:
    """Libraries that a Pi cannot load."""
    machines = defaultdict(set)
    for library, machine in libraries:
        machines[library].add(machine)
    return sorted(name for name, those in machines.items() if "aarch64" not in those)
