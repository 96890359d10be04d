"""The section [power] of cluster.toml: what is printed on the power supply.

The descriptions go into the JSON Schema that editors show.
"""

from typing import Annotated

from pydantic import AfterValidator, Field

from picluster.plan.sections import Section

_MOST_PORT_AMPERES = 10


def _amperes(value: float) -> float:
    # Also what is no number, which the next check refuses.
    if not value > _MOST_PORT_AMPERES:
        return value
    text = f"counts amperes, {_MOST_PORT_AMPERES} at most"
    if value >= 500:
        text += f", not milliamperes; did you mean {value / 1000:g}?"
    else:
        text += f", and no USB port gives {value:g}; write what one port gives, not all together"
    raise ValueError(text)


class Power(Section):
    """The power supply that the boards share. Without it the plan warns of nothing."""

    supply_watts: float | None = Field(
        None,
        gt=0,
        le=100_000,
        allow_inf_nan=False,
        description="What the supply gives at most, in W, over all its ports. Of several supplies "
        "the sum.",
        examples=[60],
    )
    supply_ports: int | None = Field(
        None,
        ge=1,
        le=10_000,
        description="How many ports the supply has for boards.",
        examples=[6],
    )
    port_amperes: Annotated[float, AfterValidator(_amperes)] | None = Field(
        None,
        gt=0,
        allow_inf_nan=False,
        json_schema_extra={"maximum": _MOST_PORT_AMPERES},
        description="What one of its ports gives at most, in A at 5 V.",
        examples=[2.4],
    )
