"""The section [thermal] of cluster.toml: from when a board counts as hot, and what it then does.

The descriptions go into the JSON Schema that editors show.
"""

from typing import Any, Literal

from pydantic import Field

from picluster.plan.sections import Section


def _from() -> Any:
    return Field(
        None,
        ge=30,
        le=110,
        description="Temperature in °C from which a board is in this band, whatever its model. "
        "Default: by its model.",
        examples=[70],
    )


def _percent(default: int, what: str) -> Any:
    return Field(
        default,
        ge=0,
        le=100,
        description=f"Percent of the board's {what} that YARN shares out in this band. The "
        "smallest container fits at any percentage.",
    )


def _availability(default: str) -> Any:
    return Field(
        default,
        description="What the Swarm runs on the board in this band: it takes tasks, or keeps "
        "those that it has and takes no new ones.",
    )


class _Table(Section):
    from_c: int | None = _from()


class Warm(_Table):
    """A board of the band warm."""

    yarn_memory_percent: int = _percent(100, "planned memory")
    yarn_cores_percent: int = _percent(100, "planned cores")
    availability: Literal["active", "pause"] = _availability("active")


class Hot(_Table):
    """A board of the band hot."""

    yarn_memory_percent: int = _percent(50, "planned memory")
    yarn_cores_percent: int = _percent(50, "planned cores")
    availability: Literal["active", "pause"] = _availability("active")


class Critical(_Table):
    """A board of the band critical."""

    yarn_memory_percent: int = _percent(25, "planned memory")
    yarn_cores_percent: int = _percent(25, "planned cores")
    availability: Literal["active", "pause"] = _availability("pause")


class Thermal(Section):
    """What heat and a weak power supply change."""

    enabled: bool = Field(
        True, description="Whether boards watch their heat and power, and do less in trouble."
    )
    interval_seconds: int = Field(
        15, ge=5, le=600, description="Seconds from one look of a board at its sensors to the next."
    )
    hysteresis_c: int = Field(
        5,
        ge=1,
        le=20,
        description="How many °C below its begin a band is left, so that a board at the edge does "
        "not go to and fro.",
    )
    calm_minutes: int = Field(
        5,
        ge=0,
        le=60,
        description="Minutes of sound voltage until undervoltage counts no longer.",
    )
    on_undervoltage: Literal["warn", "stop"] = Field(
        "warn",
        description="What a deploy does with a board that is undervolted now: warn, or stop "
        "before each heavy step (packages, format, reboot).",
    )
    warm: Warm = Field(
        Warm(),
        description="A 3B+ or 3A+ at its soft limit, or an other board 10 °C short of throttling.",
    )
    hot: Hot = Field(Hot(), description="5 °C short of throttling, throttled or undervolted.")
    critical: Critical = Field(Critical(), description="Throttled, and hotter all the same.")
