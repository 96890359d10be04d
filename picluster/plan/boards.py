"""What each Raspberry Pi model is: the one table of the hardware.

What we choose for a model (GPU memory, kernel arguments …) stands in `group_data/`, not here.
"""

from dataclasses import dataclass
from typing import Literal

Network = Literal["gigabit", "gigabit-usb2", "fast-ethernet", "none"]
"""Wired network of a board.

`gigabit-usb2` is a gigabit port behind a USB 2.0 bus, which the vendor rates at 300 Mbit/s at most.
`none` also stands for a compute module whose carrier board brings the port.
"""


@dataclass(frozen=True, slots=True)
class Model:
    """A model of Raspberry Pi.

    Sources: raspberrypi/documentation, pages revision-codes, introduction, power-supplies and
    frequency-management. Watts are amperes of that documentation times 5.1 V, except where the
    table below names another source; None where nobody published a measurement.
    """

    name: str
    """Key of the model in cluster.toml, the documentation's own short name."""
    title: str
    group: str
    """pyinfra group of the model's nodes, which is also the name of its group_data file."""
    type_code: int
    """Bits 11-4 of a new-style revision code."""
    soc: str
    clock_mhz: int
    """Highest clock without overclocking; early boards of a model can be slower."""
    memory_mb: tuple[int, ...]
    """Every size sold, in MiB."""
    network: Network = "none"
    cores: int = 4
    bits64: bool = True
    """Whether a 64-bit system runs on it."""
    idle_w: float | None = None
    load_w: float | None = None
    """All cores busy."""
    supply_w: float | None = None
    """Power supply recommended by the vendor."""
    soft_limit_c: int | None = None
    """Temperature at which the 3B+ and 3A+ already drop from 1400 to 1200 MHz."""
    throttle_c: int = 80
    """Temperature from which the firmware slows the Arm cores, step by step."""
    temp_limit_c: int = 85
    """Temperature at which Arm cores and GPU are throttled (temp_limit of config.txt)."""


_MB512, _GB1, _GB2, _GB3, _GB4, _GB8, _GB16 = 512, 1024, 2048, 3072, 4096, 8192, 16384

# Full load of the 4B and everything newer, and the idle 500+: measured at the wall under HPL,
# geerlingguy/top500-benchmark and geerlingguy/sbc-reviews. Of the Pi 5 that is the 16 GB board.
_TABLE = (
    # One Arm11 core, 32-bit: known so that their revision codes can be named.
    Model("A", "Raspberry Pi Model A", "pi_a", 0x00, "BCM2835", 700, (256,),
          cores=1, bits64=False, supply_w=3.6),
    Model("B", "Raspberry Pi Model B", "pi_b", 0x01, "BCM2835", 700, (256, _MB512),
          "fast-ethernet", cores=1, bits64=False, supply_w=6.1),
    Model("A+", "Raspberry Pi Model A+", "pi_a_plus", 0x02, "BCM2835", 700, (256, _MB512),
          cores=1, bits64=False, supply_w=3.6),
    Model("B+", "Raspberry Pi Model B+", "pi_b_plus", 0x03, "BCM2835", 700, (_MB512,),
          "fast-ethernet", cores=1, bits64=False, idle_w=1.0, load_w=1.8, supply_w=9.2),
    Model("Alpha", "Raspberry Pi Alpha (prototype)", "pi_alpha", 0x05, "BCM2835", 700, (256,),
          cores=1, bits64=False),
    Model("CM1", "Raspberry Pi Compute Module 1", "pi_cm1", 0x06, "BCM2835", 700, (_MB512,),
          cores=1, bits64=False),
    Model("Zero", "Raspberry Pi Zero", "pi_zero", 0x09, "BCM2835", 1000, (_MB512,),
          cores=1, bits64=False, idle_w=0.5, load_w=1.8, supply_w=6.1),
    Model("Zero W", "Raspberry Pi Zero W", "pi_zero_w", 0x0C, "BCM2835", 1000, (_MB512,),
          cores=1, bits64=False, supply_w=6.1),
    # PCB 1.2 of the 2B carries a BCM2837 and runs a 64-bit system. Older ones (BCM2836, 32-bit)
    # share the type code; a deploy refuses them when it sees the kernel.
    Model("2B", "Raspberry Pi 2 Model B", "pi_2b", 0x04, "BCM2837", 900, (_GB1,),
          "fast-ethernet", idle_w=1.1, load_w=4.2, supply_w=9.2),
    Model("3B", "Raspberry Pi 3 Model B", "pi_3b", 0x08, "BCM2837", 1200, (_GB1,),
          "fast-ethernet", idle_w=1.5, load_w=6.8, supply_w=12.8),
    # Idle and load of the 3B stand in for the 3B+, which was never measured by the vendor.
    Model("3B+", "Raspberry Pi 3 Model B Plus", "pi_3b_plus", 0x0D, "BCM2837", 1400, (_GB1,),
          "gigabit-usb2", idle_w=1.5, load_w=6.8, supply_w=12.8, soft_limit_c=60),
    Model("3A+", "Raspberry Pi 3 Model A Plus", "pi_3a_plus", 0x0E, "BCM2837", 1400, (_MB512,),
          supply_w=12.8, soft_limit_c=60),
    Model("CM3", "Raspberry Pi Compute Module 3", "pi_cm3", 0x0A, "BCM2837", 1200, (_GB1,)),
    Model("CM3+", "Raspberry Pi Compute Module 3 Plus", "pi_cm3_plus", 0x10, "BCM2837", 1200,
          (_GB1,)),
    Model("Zero 2 W", "Raspberry Pi Zero 2 W", "pi_zero_2_w", 0x12, "BCM2837", 1000, (_MB512,),
          load_w=2.1, supply_w=10.2),
    Model("CM0", "Raspberry Pi Compute Module 0", "pi_cm0", 0x1B, "BCM2837", 1000, (_MB512,)),
    # 1500 MHz up to PCB 1.2. The 3 GB board came in April 2026 and has memory code 7.
    Model("4B", "Raspberry Pi 4 Model B", "pi_4b", 0x11, "BCM2711", 1800,
          (_GB1, _GB2, _GB3, _GB4, _GB8), "gigabit", idle_w=3.1, load_w=7.2, supply_w=15.3),
    Model("400", "Raspberry Pi 400", "pi_400", 0x13, "BCM2711", 1800, (_GB4,),
          "gigabit", load_w=6.4, supply_w=15.3),
    Model("CM4", "Raspberry Pi Compute Module 4", "pi_cm4", 0x14, "BCM2711", 1500,
          (_GB1, _GB2, _GB4, _GB8), "gigabit", load_w=5.2),
    Model("CM4S", "Raspberry Pi Compute Module 4S", "pi_cm4s", 0x15, "BCM2711", 1500,
          (_GB1, _GB2, _GB4, _GB8)),
    Model("5", "Raspberry Pi 5", "pi_5", 0x17, "BCM2712", 2400,
          (_GB1, _GB2, _GB4, _GB8, _GB16), "gigabit", load_w=13.8, supply_w=25.5),
    Model("CM5", "Raspberry Pi Compute Module 5", "pi_cm5", 0x18, "BCM2712", 2400,
          (_GB2, _GB4, _GB8, _GB16), "gigabit", load_w=9.2),
    Model("CM5 Lite", "Raspberry Pi Compute Module 5 Lite", "pi_cm5_lite", 0x1A, "BCM2712", 2400,
          (_GB2, _GB4, _GB8, _GB16), "gigabit"),
    Model("500", "Raspberry Pi 500", "pi_500", 0x19, "BCM2712", 2400, (_GB8,),
          "gigabit", load_w=11.0),
    Model("500+", "Raspberry Pi 500 Plus", "pi_500_plus", 0x19, "BCM2712", 2400, (_GB16,),
          "gigabit", idle_w=2.9, load_w=12.9),
)  # fmt: skip

MODELS: dict[str, Model] = {model.name: model for model in _TABLE}
"""Every model, by the name that cluster.toml uses."""


def model_of_type(type_code: int, memory_mb: int | None) -> Model | None:
    """The model with this type code, None for a code this table does not know.

    The 500 and the 500+ share a code and are told apart by their memory (MiB). Where the memory
    says nothing, the first of the candidates is returned.
    """
    candidates = [model for model in _TABLE if model.type_code == type_code]
    fitting = [model for model in candidates if memory_mb in model.memory_mb]
    return next(iter(fitting or candidates), None)
