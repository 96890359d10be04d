"""Whether what the base deploy wrote has its effect in the running system."""

import shlex

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from facts.answer import Answer
from facts.boot import Boot, parse_boot

_COMMAND = """resolved=$(getent ahostsv4 -- {hostname} | cut -d ' ' -f 1 | sort -u | tr '\\n' ' ')
echo "resolved=$resolved"
echo "called=$(uname -n)"
({boot}
)"""


class BaseEffect(FactBase[bool | None]):
    """
    Returns ``True`` when the memory cgroup works and the board's name leads to its LAN address;
    fails the fact, and so its host, otherwise.

    + hostname: the board's name
    + address: its LAN address
    """

    @override
    def command(self, hostname: str, address: str) -> str:
        self._hostname, self._address = hostname, address
        return _COMMAND.format(hostname=shlex.quote(hostname), boot=Boot().command())

    @override
    def process(self, output: list[str]) -> bool:
        answer, boot = Answer(output), parse_boot(output)
        reasons = []
        if not boot["memory_cgroup"]:
            reasons.append(
                "its memory cgroup is still off although cgroup_enable=memory is in force; "
                "kernels of late 2024 had this fault: apt full-upgrade there, then reboot"
            )
        if answer.text("called") != self._hostname:
            reasons.append(f"it calls itself {answer.text('called')}, not {self._hostname}")
        resolved = (answer.text("resolved") or "").split()
        if resolved != [self._address]:
            reasons.append(
                f"there {self._hostname} leads to {' '.join(resolved) or 'nothing'}, not to "
                f"{self._address}; see /etc/hosts and /etc/nsswitch.conf"
            )
        if reasons:
            raise FactProcessError(f"{self._hostname}: " + "; and ".join(reasons))
        return True
