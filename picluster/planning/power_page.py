"""The tables of docs/power.md, made from the figures that the plan goes by."""

from collections.abc import Iterable

from picluster.plan.boards import MODELS
from picluster.plan.config import ClusterConfig
from picluster.plan.modelnames import USABLE
from picluster.plan.power import PowerBudget, amperes, power_budget
from picluster.plan.power_figures import power_figures, speed_figures
from picluster.plan.power_section import Power
from picluster.plan.speed import LINK_MBITS, bound, published, speed
from picluster.plan.supply import supply_warnings
from picluster.planning.markdown import table
from picluster.planning.power_tables import UNKNOWN, gflops, watts

SIX_PORTS = Power(supply_watts=60, supply_ports=6, port_amperes=2.4)
"""What is sold as a charger for six devices."""


def tables(config: ClusterConfig) -> dict[str, str]:
    """The text of each table, by its name on the page, for this cluster."""
    budget = power_budget(config)
    return {
        "models": _models(),
        "budget": _budget(config, budget),
        "sums": _sums(config, budget),
        "six": _quoted(supply_warnings(SIX_PORTS, budget)),
        "network": _network(config),
    }


def _models() -> str:
    rows = []
    for name in USABLE:
        model = MODELS[name]
        largest = published(model, max(model.memory_mb))
        rows.append(
            (
                name,
                watts(model.idle_w),
                watts(model.load_w),
                watts(model.supply_w),
                _amperes(model.supply_w),
                gflops(largest, bound(model)),
            )
        )
    return table(("model", "idle", "busy", "nameplate", "at 5.1 V", "GFLOPS"), rows)


def _budget(config: ClusterConfig, budget: PowerBudget) -> str:
    rows = [
        (
            node.name,
            f"{node.model} {node.memory_gb:g} GB",
            watts(power.idle_w),
            _amperes(power.idle_w),
            watts(power.load_w),
            _amperes(power.load_w),
            watts(power.nameplate_w),
            _amperes(power.nameplate_w),
        )
        for node, power in zip(config.nodes, budget.boards, strict=True)
    ]
    sums = (budget.idle_w, budget.load_w, budget.nameplate_w)
    last = ["**together**", "", *(text for sum_ in sums for text in (watts(sum_), _amperes(sum_)))]
    headings = ("node", "board", "idle", "at 5.1 V", "busy", "at 5.1 V", "nameplate", "at 5.1 V")
    return table(headings, [*rows, last])


def _sums(config: ClusterConfig, budget: PowerBudget) -> str:
    found = (*power_figures(config.power, budget), *speed_figures(speed(config)))
    return table(("what", "how much", "why"), ((one.what, one.value, one.reason) for one in found))


def _network(config: ClusterConfig) -> str:
    """Operations for a byte: each model of the cluster, at its own port and at slower switches."""
    fastest = {
        node.model: found
        for node, found in zip(config.nodes, speed(config).boards, strict=True)
        if found.at_most is not None
    }
    rows = []
    for name, found in fastest.items():
        own = LINK_MBITS[MODELS[name].network]
        rates = [rate for rate in (1000, 300, 100) if own is not None and rate <= own]
        rows += [
            (
                name,
                gflops(found.gflops, found.at_most),
                f"{rate} Mbit/s",
                f"{(found.at_most or 0) * 1e9 / (rate * 1e6 / 8):.0f}",
            )
            for rate in rates
        ]
    return table(("model", "GFLOPS", "network", "operations for each byte"), rows)


def _amperes(value: float | None) -> str:
    return UNKNOWN if value is None else f"{amperes(value):.2f} A"


def _quoted(texts: Iterable[str]) -> str:
    return "\n".join(f"> Warning: {text}.\n>" for text in texts).removesuffix("\n>")
