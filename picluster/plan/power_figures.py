"""Power and speed of the whole cluster, each with its reason, for people to read."""

from collections.abc import Iterator, Sequence

from picluster.plan.figure import Figure
from picluster.plan.power import FILL, HEADROOM, PEAK, PowerBudget
from picluster.plan.power_section import Power
from picluster.plan.speed import Speed
from picluster.plan.supply import Supply

_NAMES_SHOWN = 5


def power_figures(section: Power, budget: PowerBudget) -> Iterator[Figure]:
    """What the boards take, and the supply that they need."""
    yield Figure("power, idle", _watts(budget.idle_w), f"all boards{without(budget.without_idle)}")
    yield Figure(
        "power, all cores busy",
        _watts(budget.load_w),
        "all boards, as measured; by the nameplate where nobody measured it"
        f"{without(budget.without_load)}",
    )
    yield Figure(
        "supply needed",
        _watts(budget.needed_w),
        f"{HEADROOM:g} times the load: peaks of {PEAK:g}, and no more than {100 * FILL:g} % of "
        "the supply",
    )
    if budget.nameplate_w:
        yield Figure(
            "supplies of the vendor's",
            _watts(budget.nameplate_w),
            f"one for each board, with USB devices{without(budget.without_nameplate)}",
        )
    if (watts := Supply(section).watts) is not None:
        yield Figure("supply declared", _watts(watts), "[power] of cluster.toml")


def speed_figures(speed: Speed) -> Iterator[Figure]:
    """What the boards would do together in HPL, and why they don't."""
    if speed.published_gflops:
        yield Figure(
            "speed, as published",
            f"{speed.published_gflops:.1f} GFLOPS",
            f"HPL, the sum of single boards{without(speed.without_figure)}",
        )
    yield Figure(
        "speed, at most",
        f"{speed.at_most_gflops:.1f} GFLOPS",
        "the same, with bounds where nothing was published; never reached (network, Java)",
    )
    if speed.in_step_gflops is not None and speed.in_step_gflops < speed.at_most_gflops:
        yield Figure(
            "speed in step",
            f"{speed.in_step_gflops:.1f} GFLOPS",
            "at most, when each board gets an equal share, as in HPL: all wait for the slowest",
        )


def _watts(watts: float) -> str:
    return f"{watts:.1f} W"


def without(names: Sequence[str]) -> str:
    """Which boards a sum leaves out since nobody published their figure; empty for none."""
    if not names:
        return ""
    shown = ", ".join(names[:_NAMES_SHOWN])
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    return f"; without {shown}{more}: nobody published it"
