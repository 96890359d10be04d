"""What the firmware says of power and heat."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from picluster.checks.check import Check
from picluster.checks.cluster import Cluster
from picluster.checks.conditions import nobody
from picluster.checks.verdict import Problem, Verdict, judged
from picluster.plan.node import Node
from picluster.plan.status import FLAGS
from picluster.plan.thermal import thresholds
from picluster.plan.thermal_section import Thermal

_SCRIPT = """sudo -n timeout 4 vcgencmd get_throttled 2>&1
sudo -n timeout 4 vcgencmd measure_temp 2>&1"""

SOFT_LIMIT = FLAGS[3]
"""A 3B+ reaches it at 60 °C, on any day of work: it is a bit slower then, and nothing is wrong."""


@dataclass(frozen=True, slots=True)
class Sensors:
    """What a board's firmware says; None where it does not."""

    throttled: int | None
    celsius: float | None
    said: str
    """Its own words."""

    def flags(self, shift: int = 0) -> list[str]:
        """Names of the flags that are set; those of since the boot by a shift of 16."""
        bits = (self.throttled or 0) >> shift
        return [name for bit, name in enumerate(FLAGS) if bits >> bit & 1]


def parse(output: str) -> Sensors:
    """From the script's output."""
    throttled = re.search(r"^throttled=0x([0-9a-fA-F]+)$", output, re.MULTILINE)
    celsius = re.search(r"^temp=(-?[0-9.]+)'C$", output, re.MULTILINE)
    return Sensors(
        int(throttled[1], 16) if throttled else None,
        float(celsius[1]) if celsius else None,
        " ".join(output.split())[:200],
    )


def judge(
    nodes: Sequence[Node], found: Mapping[str, Sensors], section: Thermal
) -> Iterator[Problem]:
    """Each board that the firmware slows down now, or that is hot by the cluster's own bands."""
    for node in nodes:
        sensors = found.get(node.name)
        if sensors is None:
            continue
        if sensors.throttled is None:
            yield Problem(
                f"{node.name}: its firmware does not tell ({sensors.said or 'no answer'})",
                f"sudo vcgencmd get_throttled on {node.name} has to answer throttled=0x…; it "
                "comes with the package raspi-utils or libraspberrypi-bin",
            )
            continue
        now = [flag for flag in sensors.flags() if flag != SOFT_LIMIT]
        hot = _too_hot(node, sensors, section)
        if now or hot:
            yield Problem(
                f"{node.name}: {', '.join(now) or hot} at this moment ({_shown(sensors)})",
                supplying(node) if "undervoltage" in now else cooling(node.name),
            )


def supplying(node: Node) -> str:
    """What to do about undervoltage."""
    watts = node.board.supply_w
    needs = f"; a {node.board.title} wants {watts:g} W" if watts else ""
    return f"give {node.name} another power supply or a shorter cable{needs}"


def cooling(name: str) -> str:
    """What to do about heat."""
    return f"cool {name}: a heat sink, a fan, or more room around it"


def _too_hot(node: Node, sensors: Sensors, section: Thermal) -> str | None:
    """From which temperature it is too hot, where it is."""
    if section.enabled:
        begin, what = thresholds(node.board, section).hot, "hot from"
    else:
        begin, what = node.board.throttle_c, "throttling begins at"
    too_hot = sensors.celsius is not None and sensors.celsius >= begin
    return f"{what} {begin} °C" if too_hot else None


def _shown(sensors: Sensors) -> str:
    heat = f", {sensors.celsius:g} °C" if sensors.celsius is not None else ""
    return f"get_throttled 0x{sensors.throttled or 0:x}{heat}"


def summary(found: Mapping[str, Sensors]) -> str:
    """The hottest board, who is at its soft limit, and flags that were set since the boots."""
    heats = {name: s.celsius for name, s in found.items() if s.celsius is not None}
    parts = []
    if heats:
        hottest = max(heats, key=lambda name: heats[name])
        parts.append(f"hottest: {hottest}, {heats[hottest]:g} °C")
    soft = [name for name, sensors in found.items() if SOFT_LIMIT in sensors.flags()]
    if soft:
        parts.append(f"at their soft limit, and a bit slower: {', '.join(soft)}")
    past = [
        f"{name}: {', '.join(flags)}"
        for name, sensors in found.items()
        if (flags := [flag for flag in sensors.flags(16) if flag not in sensors.flags()])
    ]
    if past:
        parts.append(f"since the boot, now over: {'; '.join(past)}")
    return "; ".join(parts) or "no temperature is told"


def ask(cluster: Cluster) -> Verdict:
    """Asks the firmware of all boards."""
    found, problems = cluster.on_boards(lambda node: parse(cluster.run(node.name, _SCRIPT).output))
    problems += judge(cluster.nodes, found, cluster.config.thermal)
    return judged(summary(found), problems)


CHECK = Check(
    "power-and-heat",
    "Power and temperature",
    "vcgencmd get_throttled and measure_temp on each board; flags of this moment fail, and heat "
    "from which the cluster counts the board as hot",
    ask,
    nobody,
)
