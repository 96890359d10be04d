"""What each simulated board pretends to be."""

from dataclasses import asdict, dataclass

from picluster.plan.boards import MODELS
from picluster.plan.config import ClusterConfig
from picluster.plan.errors import UserError
from picluster.plan.node import Node

# A real revision code of each (model, nominal MB): raspberrypi/documentation, revision-codes.
REVISIONS = {
    ("3B", 1024): "a02082",
    ("3B+", 1024): "a020d3",
    ("4B", 1024): "a03111",
    ("4B", 2048): "b03115",
    ("4B", 4096): "c03115",
    ("4B", 8192): "d03115",
    ("400", 4096): "c03130",
    ("5", 2048): "b04171",
    ("5", 4096): "c04171",
    ("5", 8192): "d04171",
    ("5", 16384): "e04171",
}

# MemTotal in kB that 64-bit Raspberry Pi OS reports at gpu_mem=76, by nominal MB: terminal
# captures of a 3B+, of 4Bs and (16 GB) of a Pi 5.
MEMTOTAL_KB = {1024: 931_400, 2048: 1_893_276, 4096: 3_878_088, 8192: 8_006_700, 16384: 16_604_000}

# What gpu_mem=16 gives back to Linux: 76 - 16 MiB. The container's limit allows for it.
RETURNED_BY_GPU_KB = 60 * 1024

CPU_PARTS = {"BCM2837": "0xd03", "BCM2711": "0xd08", "BCM2712": "0xd0b"}


class NotSimulatedError(UserError):
    """Raised for a board that the lab cannot play."""


@dataclass(frozen=True, slots=True)
class SimulatedBoard:
    """One board of the lab, as its container is made and labelled."""

    name: str
    address: str
    revision: str
    title: str
    memory_total_kb: int
    cores: int
    clock_mhz: int
    soft_limit_c: int
    cpu_part: str
    serial: str
    mac: str
    release: str = "bookworm"

    @property
    def memory_limit_bytes(self) -> int:
        """Limit of the board's container: all of a board's memory that Linux can ever have."""
        return (self.memory_total_kb + RETURNED_BY_GPU_KB) * 1024

    def environment(self) -> dict[str, str]:
        """The board's look, as its firmware reads it."""
        return {
            "BOARD_REVISION": self.revision,
            "BOARD_SERIAL": self.serial,
            "BOARD_TITLE": self.title,
            "BOARD_MEMTOTAL_KB": str(self.memory_total_kb),
            "BOARD_CORES": str(self.cores),
            "BOARD_CLOCK_MHZ": str(self.clock_mhz),
            "BOARD_SOFT_LIMIT_C": str(self.soft_limit_c),
            "BOARD_CPU_PART": self.cpu_part,
        }

    def as_label(self) -> dict[str, str | int]:
        """All fields, from which the board can be made again after its container is gone."""
        return asdict(self)


def simulate(node: Node, release: str = "bookworm") -> SimulatedBoard:
    """The simulated twin of a declared node; serial number and MAC follow from its address."""
    model = MODELS[node.model]
    memory_mb = node.memory_mb
    revision = REVISIONS.get((node.model, memory_mb))
    if revision is None:
        message = f"the lab has no simulated {node.model} with {node.memory_gb:g} GB"
        raise NotSimulatedError(message)
    pi3 = model.soc == "BCM2837"
    vendor_prefix = "b8:27:eb" if pi3 else "dc:a6:32"
    tail = 0x5A0000 + int(node.address) % 0x10000
    mac = f"{vendor_prefix}:{tail >> 16:02x}:{tail >> 8 & 0xFF:02x}:{tail & 0xFF:02x}"
    pcb = f"Rev 1.{int(revision, 16) & 0xF}"
    title = model.title.replace("3 Model B+", "3 Model B Plus")
    return SimulatedBoard(
        name=node.name,
        address=str(node.address),
        revision=revision,
        title=f"{title} {pcb}",
        memory_total_kb=MEMTOTAL_KB[memory_mb],
        cores=model.cores,
        clock_mhz=model.clock_mhz,
        soft_limit_c=model.soft_limit_c or 0,
        cpu_part=CPU_PARTS[model.soc],
        serial=f"{'00000000' if pi3 else '10000000'}{mac.replace(':', '')[4:]}",
        mac=node.mac or mac,
        release=release,
    )


def fleet(config: ClusterConfig, releases: dict[str, str]) -> list[SimulatedBoard]:
    """The simulated boards of a whole cluster; `releases` names those not on bookworm."""
    return [simulate(node, releases.get(node.name, "bookworm")) for node in config.nodes]
