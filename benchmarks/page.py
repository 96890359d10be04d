"""The page of what was measured, docs/performance.md, and on what computer."""

import os
import platform
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"


def machine() -> str:
    """The computer on which it is measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB, "
        f"Linux {platform.release().split('-')[0]}, Python {platform.python_version()}, "
        f"cgroup v{2 if Path('/sys/fs/cgroup/cgroup.controllers').exists() else 1}"
    )


def write(table: list[str], begin: str, end: str) -> None:
    """Puts lines into docs/performance.md between two marks, and prints them."""
    before, _, rest = PAGE.read_text().partition(begin)
    _, _, after = rest.partition(end)
    PAGE.write_text(f"{before}{begin}\n" + "\n".join(table) + f"\n{end}{after}")
    print("\n".join(table))
