"""The cluster's status for people and for programs."""

from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from picluster.plan.status import BoardStatus, DiskUse, SwarmEntry, flags, used_percent
from picluster.plan.thermal import Band
from picluster.status.cluster_status import BoardLine, ClusterStatus

STYLES: dict[Band, str] = {"cool": "green", "warm": "yellow", "hot": "red", "critical": "bold red"}
HEADINGS = ("board", "model", "heat", "throttled", "memory", "disk", "up", "roles", "Swarm", "YARN")


def shown(found: ClusterStatus, seconds: float, *, concerns_first: bool = False) -> RenderableType:
    """The table, what needs a look below or above it, and all of it in one line."""
    lines = [Text(line, "yellow") for line in concerns(found)]
    told = [*lines, Text(summary(found, seconds))]
    return Group(*told, table(found)) if concerns_first else Group(table(found), *told)


def table(found: ClusterStatus) -> Table:
    """A row for each board."""
    made = Table()
    for heading in HEADINGS:
        made.add_column(heading, overflow="fold")
    for line in found.boards:
        name = Text(line.node.name, "" if line.said else "bold red")
        model = Text(f"{line.node.model} {line.node.memory_gb:g} GB")
        made.add_row(name, model, *_cells(line, is_known=found.swarm_is_known))
    return made


def _cells(line: BoardLine, *, is_known: bool) -> Iterator[Text]:
    said = line.said
    if said is None:
        yield Text(line.state, "bold red")
        yield from (Text() for _ in range(4))
    else:
        yield _heat(said, line.band)
        yield Text(throttled(said), "red" if said["undervolted"] else "")
        yield Text(_used(said["memory_kb"] - said["available_kb"], said["memory_kb"]))
        yield Text("\n".join(map(_disk, _apart(said["disks"]))))
        yield Text(duration(said["up_seconds"]))
    yield Text(" ".join(line.roles))
    yield Text(swarm_node(line, is_known=is_known))
    yield Text(yarn_use(line))


def _heat(said: BoardStatus, band: Band | None) -> Text:
    if said["celsius"] is None:
        return Text(f"no sensor, {band}", STYLES[band or "cool"])
    return Text(f"{said['celsius']:.1f} °C {band}", STYLES[band or "cool"])


def throttled(said: BoardStatus) -> str:
    """The firmware's flags in words: those of this moment, and those that are over."""
    if said["throttled"] is None:
        return "undervoltage now" if said["undervolted"] else "not told"
    now = flags(said["throttled"])
    if said["undervolted"] and "undervoltage" not in now:
        now = ["undervoltage", *now]
    past = [flag for flag in flags(said["throttled"], since_boot=True) if flag not in now]
    parts = [f"{', '.join(now)} now"] if now else []
    parts += [f"{', '.join(past)} earlier"] if past else []
    return "; ".join(parts) or "no"


def swarm_node(line: BoardLine, *, is_known: bool) -> str:
    """A board's node in a few words, such as `ready, leader`."""
    if not is_known:
        return "not known"
    if line.swarm is None:
        return "not in it"
    parts = [line.swarm["state"]]
    if line.swarm["manager"]:
        parts.append({"reachable": "manager"}.get(line.swarm["manager"], line.swarm["manager"]))
    if line.swarm["availability"] != "active":
        parts.append(line.swarm["availability"])
    return ", ".join(parts)


def yarn_use(line: BoardLine) -> str:
    """What containers use of what a board offers; its state where it offers nothing."""
    if line.yarn is None:
        return ""
    if not line.yarn.is_running:
        return line.yarn.state.lower()
    used, free = line.yarn.used_mb, line.yarn.free_mb
    vcores = line.yarn.used_vcores + line.yarn.free_vcores
    return f"{used}/{used + free} MiB, {line.yarn.used_vcores}/{vcores} vcores"


def _apart(disks: Iterable[DiskUse]) -> Iterable[DiskUse]:
    """Without mounts of the same size and with the same room as one before: it is one disk."""
    kept: dict[tuple[int, int], DiskUse] = {}
    for disk in disks:
        kept.setdefault((disk["size_kb"], disk["available_kb"]), disk)
    return kept.values()


def _disk(disk: DiskUse) -> str:
    return f"{disk['mount']} {_used(disk['size_kb'] - disk['available_kb'], disk['size_kb'])}"


def _used(used_kb: int, size_kb: int) -> str:
    percent = round(100 * used_kb / size_kb) if size_kb else 100
    return f"{percent} % of {size(size_kb)}"


def size(kb: int) -> str:
    """Such as `906 MiB` or `28.9 GiB`."""
    return f"{kb >> 10} MiB" if kb < 1 << 20 else f"{kb / (1 << 20):.1f} GiB"


def duration(seconds: int) -> str:
    """Such as `3 d 4 h`, `4 h 12 min` or `12 min`."""
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if days:
        return f"{days} d {hours % 24} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"


def concerns(found: ClusterStatus) -> Iterator[str]:
    """What needs a look, a line each."""
    if found.failure is not None:
        yield f"Nothing is known: {found.failure}"
    for line in found.boards:
        for concern in line.concerns if found.failure is None else ():
            yield f"{line.node.name}: {concern}"
    yield from found.concerns


def summary(found: ClusterStatus, seconds: float) -> str:
    """How many boards answer, and how many need a look."""
    boards = len(found.boards)
    said = f"{found.answering} of {boards} boards answer"
    looked_at = sum(bool(line.concerns) for line in found.boards)
    if found.is_well:
        said += "; all is well"
    elif looked_at:
        said += f"; {looked_at} need{'s' if looked_at == 1 else ''} a look"
    return f"{said} ({seconds:.1f} s)"


def as_json(found: ClusterStatus, seconds: float) -> dict[str, Any]:
    """Plain data; docs/status.md tells of it."""
    record: dict[str, Any] = {
        "boards": [_record(line) for line in found.boards],
        "concerns": list(found.concerns),
        "seconds": round(seconds, 2),
    }
    return record | ({"failure": found.failure} if found.failure is not None else {})


def _record(line: BoardLine) -> dict[str, Any]:
    said = line.said
    record: dict[str, Any] = {
        "board": line.node.name,
        "address": str(line.node.address),
        "model": line.node.model,
        "roles": list(line.roles),
        "state": line.state,
        "concerns": list(line.concerns),
        "swarm": None if line.swarm is None else _swarm(line.swarm),
        "yarn": None if line.yarn is None else {k: getattr(line.yarn, k) for k in _YARN},
    }
    return record if said is None else record | _measured(said, line.band)


_YARN = ("state", "used_mb", "free_mb", "used_vcores", "free_vcores")


def _swarm(entry: SwarmEntry) -> dict[str, str]:
    return {
        "state": entry["state"],
        "availability": entry["availability"],
        "manager": entry["manager"],
    }


def _measured(said: BoardStatus, band: Band | None) -> dict[str, Any]:
    return {
        "celsius": said["celsius"],
        "band": band,
        "undervolted": said["undervolted"],
        "flags": flags(said["throttled"]),
        "flags_since_boot": flags(said["throttled"], since_boot=True),
        "memory_kb": said["memory_kb"],
        "memory_available_kb": said["available_kb"],
        "disks": [dict(disk) | {"used_percent": used_percent(disk)} for disk in said["disks"]],
        "up_seconds": said["up_seconds"],
        "docker": said["docker"],
    }
