"""Whether each board finds every other by its name, and its name by its address."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address

from picluster.checks.check import Check
from picluster.checks.cluster import Cluster
from picluster.checks.conditions import nobody
from picluster.checks.verdict import Problem, Verdict, judged
from picluster.plan.node import Node

# Each question in a process of its own: one that goes to a name server may take its time.
_SCRIPT = r"""echo own $(uname -n)
for name in {names}; do
  (echo forward "$name" $(timeout 4 getent ahostsv4 -- "$name")) &
done
for address in {addresses}; do
  (echo back "$address" $(timeout 4 getent hosts -- "$address")) &
done
wait"""


@dataclass(frozen=True, slots=True)
class Names:
    """What a board answers."""

    own: str
    forward: Mapping[str, tuple[str, ...]]
    """Name to the addresses that it leads to there."""
    back: Mapping[str, tuple[str, ...]]
    """Address to the names that it has there."""


def parse(output: str) -> Names:
    """From the script's output."""
    own, forward, back = "", {}, {}
    for kind, *words in (line.split() for line in output.splitlines() if line.strip()):
        if kind == "own":
            own = " ".join(words)
        elif kind == "forward" and words:
            forward[words[0]] = tuple(dict.fromkeys(filter(_is_address, words[1:])))
        elif kind == "back" and words:
            back[words[0]] = tuple(words[2:])  # getent repeats the address
    return Names(own, forward, back)


def _is_address(word: str) -> bool:
    """getent names kinds of sockets, and the name, beside the addresses."""
    try:
        IPv4Address(word)
    except AddressValueError:
        return False
    return True


def judge(nodes: Sequence[Node], domain: str, found: Mapping[str, Names]) -> Iterator[Problem]:
    """What is wrong in what the boards answered; boards that are wrong alike are one problem."""
    boards: dict[str, list[str]] = {}
    for board, names in found.items():
        wrong = "; ".join((*_own(board, names), *_others(nodes, domain, names)))
        if wrong:
            boards.setdefault(wrong, []).append(board)
    for wrong, alike in boards.items():
        yield Problem(
            f"on {', '.join(alike)}: {wrong}",
            "pyinfra inventory.py deploys.base.apply writes /etc/hosts there; if it stays so, "
            "see the line hosts: of /etc/nsswitch.conf there",
        )


def _own(board: str, names: Names) -> Iterator[str]:
    if names.own != board:
        yield f"it calls itself {names.own or 'nothing'}, not {board}"


def _others(nodes: Sequence[Node], domain: str, names: Names) -> Iterator[str]:
    for node in nodes:
        address, full = str(node.address), f"{node.name}.{domain}"
        for name in (node.name, full):
            if (leads_to := names.forward.get(name, ())) != (address,):
                yield f"{name} leads to {', '.join(leads_to) or 'nothing'}, not to {address}"
        known = names.back.get(address, ())
        if not {node.name, full} <= set(known):
            yield f"{address} is called {', '.join(known) or 'nothing'}, not {full} and {node.name}"


def ask(cluster: Cluster) -> Verdict:
    """Asks all boards that answer for the names of all."""
    domain = cluster.config.cluster.domain
    names = [name for node in cluster.nodes for name in (node.name, f"{node.name}.{domain}")]
    script = _SCRIPT.format(
        names=" ".join(map(shlex.quote, names)),
        addresses=" ".join(str(node.address) for node in cluster.nodes),
    )
    found, problems = cluster.on_boards(lambda node: parse(cluster.run(node.name, script).output))
    problems += judge(cluster.nodes, domain, found)
    return judged(f"{len(cluster.nodes)} names both ways on {len(found)} boards", problems)


CHECK = Check(
    "names",
    "Names both ways on every board",
    "on each board the address of each board's short and full name, and the names of each address",
    ask,
    nobody,
)
