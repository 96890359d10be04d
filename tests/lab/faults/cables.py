"""A board's network cable pulled out and put in again: whatever passes its interface is dropped.

Nobody is told, neither on the board nor elsewhere: connections stay open and silent, as when a
switch dies. The board's own commands still run, past the network.
"""

import re

from picluster.lab import machine
from tests.conftest import LabUnderTest
from tests.lab import seen
from tests.lab.faults.fault import Step
from tests.lab.faults.places import board, name_of

_RULES = ("PREROUTING -i eth0", "POSTROUTING -o eth0")


def out(where: str) -> Step:
    """Pulls it."""
    return lambda lab: pull(lab, where)


def back(where: str) -> Step:
    """Puts it in again."""
    return lambda lab: put_in(lab, where)


def out_for(where: str, seconds: int) -> Step:
    """Pulls it, and has it put in again after a while."""

    def do(lab: LabUnderTest) -> None:
        pull(lab, where)
        again = "; ".join(f"iptables -w -t mangle -D {rule} -j DROP" for rule in _RULES)
        seen.shell(board(lab, where), f"(sleep {seconds}; {again}) >/dev/null 2>&1 &")

    return do


def pull(lab: LabUnderTest, where: str) -> None:
    """Both directions, forwarded packets of containers too."""
    _each(lab, where, "-I")


def put_in(lab: LabUnderTest, where: str) -> None:
    """All passes again; also where nothing was pulled."""
    _each(lab, where, "-D", "2>/dev/null || :")


def _each(lab: LabUnderTest, where: str, action: str, otherwise: str = "") -> None:
    for rule in _RULES:
        seen.shell(board(lab, where), f"iptables -w -t mangle {action} {rule} -j DROP {otherwise}")


class Cable:
    """The cable of a board that is known only when it is pulled, such as the leader's."""

    def __init__(self, where: str) -> None:
        self._where, self._name = where, ""

    def out(self, lab: LabUnderTest) -> None:
        """Pulls it where that board is now."""
        self._name = name_of(lab, self._where)
        pull(lab, self._name)

    def back(self, lab: LabUnderTest) -> None:
        """Puts it in on that board."""
        if self._name:
            put_in(lab, self._name)

    def another_leads(self, lab: LabUnderTest) -> str | None:
        """Whom the other managers have made their leader."""
        for name, other in lab.boards.items():
            if name != self._name:
                _, output = machine.run(other, "docker", "node", "ls")
                found = re.search(r"(\w+) +Ready.*Leader", output)
                if found and found[1] != self._name:
                    return f"docker node ls: {found[1]} is Leader"
        return None
