"""Ports of stacks that the cluster itself listens at: what is published where, and what to do."""

from collections.abc import Iterator, Mapping
from typing import Any

from picluster.plan.config import ClusterConfig
from picluster.plan.errors import UserError
from picluster.plan.listeners import HOME_PAGE, Listener, everywhere, listeners
from picluster.plan.placement import placement
from picluster.plan.plan import Plan
from picluster.plan.problems import Finding
from picluster.plan.stack_checks import findings
from picluster.plan.stack_ports import Published, published
from picluster.plan.stack_variables import substituted
from picluster.plan.stack_yaml import YamlError, read
from picluster.plan.suggest import listed

_SHOWN = 3
"""Services or boards that a message names at most."""

_Heard = Mapping[str, tuple[Listener, ...]]
"""Name of each board to all that listens there."""
_Met = dict[tuple[str, int], list[str]]
"""A service and its port to the boards on which it listens there."""


class TakenPortError(UserError):
    """Stacks publish ports of the cluster's own; holds all of them, each with what to do."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        lines = "".join(f"\n  {problem}" for problem in problems)
        super().__init__(
            "Your stacks publish ports at which the cluster itself listens; no board was "
            f"contacted.{lines}"
        )


def heard(config: ClusterConfig, plan: Plan) -> dict[str, tuple[Listener, ...]]:
    """By the name of each board, whose ports there a stack must not take.

    Those of Spark's jobs are not among them: a job takes the next one that is free.
    """
    common = everywhere(config)
    return {
        name: (*common, *(one for one in found if not one.of_jobs))
        for name, found in listeners(config, plan).items()
    }


def collisions(
    name: str, text: str, source: str, config: ClusterConfig, taken: _Heard
) -> list[str]:
    """All collisions of a compose file, as they are shown.

    + name: the stack's
    + text: the file's content
    + source: what messages call the file
    + taken: of `heard`

    A file that is wrong in itself has none: `parse_stack` says what is to be mended first.
    """
    try:
        document = read(text)
    except YamlError:
        return []
    if any(findings(name, document.data)):
        return []
    return [
        document.tell(source, Finding(("services", service, "ports", port.position), message))
        for service, content in substituted(document.data)["services"].items()
        for port in published(content)
        for message in _messages(port, content, config, taken)
    ]


def _messages(
    port: Published, service: Mapping[str, Any], config: ClusterConfig, taken: _Heard
) -> Iterator[str]:
    if not port.on_host:
        if met := _met(port, taken):
            ways = _ways(met, len(taken), "publish it with mode: host and keep")
            yield (
                f"{port.words} meets {_told(met, len(taken))}, and in ingress mode a port is "
                f"taken on every board; {ways}"
            )
        return
    where = placement(service, config)
    near = {name: taken[name] for name in where.boards}
    met = _met(port, near)
    blocked = {name for boards in met.values() for name in boards}
    # What cannot be read may keep the tasks off these boards: then its writer is trusted, unless
    # no board would be left.
    if blocked and (where.is_sure or blocked == near.keys()):
        yield f"{port.words} meets {_told(met, len(taken))}; {_ways(met, len(taken), 'keep')}"


def _ways(met: _Met, count: int, keep: str) -> str:
    """What to do about it, as the end of a message."""
    blocked = list(dict.fromkeys(name for boards in met.values() for name in boards))
    ways = ["publish another port"]
    if len(blocked) < count:
        names, each = listed(blocked, "and"), f"node.hostname != {blocked[0]}"
        if len(blocked) > _SHOWN:
            names, each = f"these {len(blocked)} boards", "node.hostname != NAME for each"
        elif len(blocked) > 1:
            each = " and ".join(f"node.hostname != {name}" for name in blocked)
        ways.append(f"{keep} the service off {names} (deploy.placement.constraints: {each})")
    if any(what == HOME_PAGE for what, _ in met):
        ways.append("give the home page another one (port under [home])")
    return listed(ways)


def _met(port: Published, taken: _Heard) -> _Met:
    met: _Met = {}
    for name, found in taken.items():
        for listener in found:
            for own in listener.ports:
                if own.number in port.numbers and port.protocol in own.protocols:
                    met.setdefault((listener.what, own.number), []).append(name)
    return met


def _told(met: _Met, count: int) -> str:
    texts = [
        f"{what} ({number}, {_boards(names, count)})"
        for (what, number), names in list(met.items())[:_SHOWN]
    ]
    rest = len(met) - len(texts)
    return listed([*texts, f"{rest} more"] if rest else texts, "and")


def _boards(names: list[str], count: int) -> str:
    if len(names) == count:
        return "on every board"
    if len(names) > _SHOWN:
        return f"on {len(names)} boards"
    return f"on {listed(names, 'and')}"
