"""The running kernel: modules and sysctls."""

from typing import TypedDict

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from facts.answer import REPORT_FILE, Answer
from facts.arguments import RefusedArgumentError, checked_names, refusal

# A module counts as loaded when its effect is there: built into the kernel it is in no list, and a
# container sees no module files. Names in /proc/modules and /sys/module have underscores only.
_COMMAND = (
    'export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"\nexec 2>/dev/null\n'
    + REPORT_FILE
    + r"""
module() {
  loaded=0 available=0
  if grep -q "^$2 " /proc/modules || [ -d "/sys/module/$2" ] || [ -e "$3" ] ||
    grep -Eq "^([^[:space:]]+)?[[:space:]]+$2\$" /proc/filesystems; then loaded=1; fi
  if [ $loaded = 1 ] || modprobe -n -q "$1"; then available=1; fi
  echo "module=$1 $loaded $available"
}
"""
)

_EFFECTS = {
    "br_netfilter": "/proc/sys/net/bridge",
    "ip_vs": "/proc/net/ip_vs",
    "nf_conntrack": "/proc/sys/net/netfilter/nf_conntrack_max",
}
"""Files that exist when the module works."""

_MODULE = r"[A-Za-z0-9_][A-Za-z0-9_-]*"
_SYSCTL = r"[A-Za-z0-9_-]+([./][A-Za-z0-9_:@-]+)+"


class KernelState(TypedDict):
    """The running kernel of a board."""

    modules: dict[str, bool]
    """Loaded, built in, or its effect is there."""
    available: dict[str, bool]
    """The same, or modprobe would find it."""
    sysctls: dict[str, str | None]
    """Words separated by single blanks; None for a key that this kernel lacks."""


def sysctl_path(key: str) -> str:
    """File of a sysctl, by the rule of sysctl(8).

    Where the first separator is a dot, dots and slashes change places:
    `net.ipv4.conf.eth0/100.forwarding` is of the interface eth0.100.
    """
    if "." in key.partition("/")[0]:
        key = key.translate(str.maketrans("./", "/."))
    return f"/proc/sys/{key}"


def parse_kernel(modules: list[str], sysctls: list[str], output: list[str]) -> KernelState:
    """The board's answer as data; raises FactProcessError where it cannot be understood."""
    answer = Answer(output)
    rows = [line.split(" ") for line in answer.all("module")]
    found = {row[0]: row[1:] for row in rows}
    if list(found) != modules or not all(
        len(row) == 3 and {row[1], row[2]} <= {"0", "1"} for row in rows
    ):
        raise FactProcessError(f"the board told of the modules {rows}, asked for {modules}")
    return KernelState(
        modules={name: loaded == "1" for name, (loaded, _) in found.items()},
        available={name: available == "1" for name, (_, available) in found.items()},
        sysctls={
            key: _value(answer.file(f"sysctl_{number}", sysctl_path(key)))
            for number, key in enumerate(sysctls)
        },
    )


def _value(content: bytes | None) -> str | None:
    return None if content is None else " ".join(content.decode(errors="replace").split())


class Kernel(FactBase[KernelState | None]):
    """
    Returns which modules are loaded or could be, and the running values of sysctls. ``None`` only
    where the fact failed, and the host with it.

    + modules: names; a hyphen and an underscore are the same
    + sysctls: keys such as ``net.ipv4.ip_forward``
    """

    _modules: tuple[str, ...] = ()
    _sysctls: tuple[str, ...] = ()

    @override
    def command(self, modules: list[str] | None = None, sysctls: list[str] | None = None) -> str:
        try:
            self._modules = tuple(checked_names(modules or [], _MODULE, "name of a kernel module"))
            self._sysctls = tuple(checked_names(sysctls or [], _SYSCTL, "sysctl key"))
        except RefusedArgumentError as error:
            return refusal(error)
        lines = [_module_line(name) for name in self._modules]
        lines += [
            f"report_file sysctl_{number} '{sysctl_path(key)}'"
            for number, key in enumerate(self._sysctls)
        ]
        return _COMMAND + "\n".join([*lines, "echo end=1", ""])

    @override
    def process(self, output: list[str]) -> KernelState:
        return parse_kernel(list(self._modules), list(self._sysctls), output)


def _module_line(name: str) -> str:
    kernel_name = name.replace("-", "_")
    return f"module '{name}' '{kernel_name}' '{_EFFECTS.get(kernel_name, '')}'"
