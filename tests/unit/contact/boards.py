"""Boards for tests, as the fact PiBoard describes them."""

from ipaddress import IPv4Address
from typing import Any

from picluster.contact.found import FoundBoard

PI4: dict[str, Any] = {
    "is_pi": True,
    "revision": "b03115",
    "model": "4B",
    "title": "Raspberry Pi 4 Model B",
    "memory_mb": 2048,
    "memory_total_kb": 1893276,
    "serial": None,
    "mac": None,
    "machine": "aarch64",
    "architecture": "arm64",
    "page_size": 4096,
}


def board(last: int, memory_gb: float = 2, model: str = "4B", **more: Any) -> FoundBoard:
    """A board at 192.168.1.LAST whose MAC ends in the same number."""
    fact = PI4 | {"model": model, "memory_mb": round(memory_gb * 1024)}
    fact |= {"mac": f"dc:a6:32:00:00:{last:02x}"} | more
    return FoundBoard.from_fact(IPv4Address(f"192.168.1.{last}"), fact)
