"""The declared power supply against the budget: what to warn of."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from picluster.plan.power import FILL, PEAK, BoardPower, PowerBudget, heaviest
from picluster.plan.power_section import Power
from picluster.plan.suggest import listed

PORT_VOLTS = 5.0
"""Voltage of a USB port, which the figures printed on it are meant at."""

_NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Supply:
    """The supply, as [power] of cluster.toml declares it."""

    section: Power

    @property
    def port_w(self) -> float | None:
        """What one port gives; None where it is not declared."""
        amperes = self.section.port_amperes
        return None if amperes is None else amperes * PORT_VOLTS

    @property
    def watts(self) -> float | None:
        """What it gives in all: as printed, and no more than its ports do. None: not declared."""
        known = [] if self.section.supply_watts is None else [self.section.supply_watts]
        if self.port_w is not None and self.section.supply_ports is not None:
            known.append(self.port_w * self.section.supply_ports)
        return min(known, default=None)


def supply_warnings(section: Power, budget: PowerBudget) -> tuple[str, ...]:
    """What is too small about the declared supply, each with what follows and what helps.

    Empty where nothing is declared, and where the supply is large enough.
    """
    supply = Supply(section)
    return (*_total(supply, budget), *_ports(supply, budget), *_port(supply, budget))


def _total(supply: Supply, budget: PowerBudget) -> Iterator[str]:
    watts = supply.watts
    if watts is None or watts >= budget.needed_w:
        return
    needed = f"a supply of {ceil(round(budget.needed_w, 1))} W or a second one"
    if watts < budget.idle_w:
        yield (
            f"the supply gives {watts:g} W, and the boards take {budget.idle_w:.0f} W when idle: "
            f"they will not all start. Take {needed}"
        )
        return
    count = len(budget.boards)
    busy = budget.busy_at_once(FILL * watts)
    at_once = (
        f"{busy} of {count} boards can work hard at once" if busy else "no board can work hard"
    )
    if watts < budget.load_w:
        what = (
            f"and the boards take {budget.load_w:.0f} W with all cores busy: all seems well while "
            "they idle, and a job makes the voltage sink below 4.63 V or the supply switch off, "
            "for all boards at once"
        )
    else:
        what = (
            f"and the boards take {budget.load_w:.0f} W of it with all cores busy: too little is "
            f"left for peaks and for a supply that is warm (docs/power.md)"
        )
    yield f"the supply gives {watts:g} W, {what}; {at_once}. Take {needed}"


def _ports(supply: Supply, budget: PowerBudget) -> Iterator[str]:
    ports, count = supply.section.supply_ports, len(budget.boards)
    if ports is None or ports >= count:
        return
    what = "1 port" if ports == 1 else f"{ports} ports"
    text = f"the supply has {what} for {count} boards"
    advice = "Give each board a port of its own"
    if supply.port_w is not None and count <= 2 * ports:
        shared = PEAK * _shared_w(budget, count - ports)
        text += (
            f": two that share one may take up to {shared:.1f} W, and a port gives "
            f"{supply.port_w:g} W"
        )
        if shared <= supply.port_w:
            advice = "Let those share that take least"
    yield f"{text}. {advice}"


def _shared_w(budget: PowerBudget, pairs: int) -> float:
    """What two boards on one port take at most, where so many pairs are made as well as can be:
    of the boards that take least, the one with the least with the one with the most, and so on.
    """
    sharing = sorted(board.most_w or 0 for board in budget.boards)[: 2 * pairs]
    return max(sharing[place] + sharing[-1 - place] for place in range(pairs))


def _port(supply: Supply, budget: PowerBudget) -> Iterator[str]:
    """A port has to carry its board's peaks; that a supply is not filled counts for all of it."""
    port_w = supply.port_w
    if port_w is None:
        return
    hungry = [board for board in budget.boards if PEAK * (board.most_w or 0) > port_w]
    if hungry:
        most = PEAK * (heaviest(hungry).most_w or 0)
        yield (
            f"a port gives {port_w:g} W, and under load {_named(hungry)} may take up to "
            f"{most:.1f} W: the voltage sinks, and the firmware slows processors down. Take "
            "ports that give more, or a supply of the vendor's"
        )


def _named(boards: list[BoardPower]) -> str:
    names = [board.name for board in boards]
    if len(names) > _NAMES_SHOWN:
        names = [*names[: _NAMES_SHOWN - 1], f"{len(names) - _NAMES_SHOWN + 1} more"]
    return listed(names, "and")
