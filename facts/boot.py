"""The boot: which kernel arguments are written, which run, and whether they had their effect."""

import re
from typing import Literal, TypedDict

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from facts.answer import REPORT_FILE, Answer

RUNNING_CONFIG = "/run/picluster/config.txt"
"""The copy of config.txt made at boot: what the firmware read."""

# - With A/B boot the files have a prefix, which the firmware puts into the device tree.
# - /boot/cmdline.txt is a decoy since bookworm; the file that counts has root= in its first line,
#   beyond which the firmware does not read.
# - /proc/cgroups and the arguments do not tell whether memory is accounted: kernels without the
#   v1 controller have no such row. Only the mounted controller counts (raspberrypi/linux#6980).
_COMMAND = (
    r"""export LC_ALL=C
exec 2>/dev/null
"""
    + REPORT_FILE
    + r"""
prefix=$(tr -d '\000' </proc/device-tree/chosen/os_prefix)
first= chosen=
for file in "/boot/firmware/${prefix}cmdline.txt" /boot/firmware/cmdline.txt /boot/cmdline.txt; do
  if [ -f "$file" ]; then
    first=${first:-$file}
    if [ -z "$chosen" ] && head -n 1 "$file" | grep -Eq '(^|[[:space:]])root='; then
      chosen=$file
    fi
  fi
done
chosen=${chosen:-$first}
beside=${chosen:-/boot/firmware/cmdline.txt} config=
for file in "${beside%/*}/config.txt" /boot/firmware/config.txt /boot/config.txt; do
  if [ -z "$config" ] && [ -f "$file" ]; then config=$file; fi
done
version=1 memory=0
if [ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ]; then
  version=2
  if grep -qw memory /sys/fs/cgroup/cgroup.controllers; then memory=1; fi
else
  for file in limit_in_bytes usage_in_bytes; do
    if [ -e /sys/fs/cgroup/memory/memory.$file ]; then memory=1; fi
  done
fi
echo "boot_id=$(cat /proc/sys/kernel/random/boot_id)"
echo "cmdline_path=$chosen"
report_file cmdline "${chosen:-/boot/firmware/cmdline.txt}"
report_file running /proc/cmdline
echo "config_path=$config"
report_file config "${config:-/boot/firmware/config.txt}"
report_file running_config """
    + RUNNING_CONFIG
    + r"""
echo "cgroup_version=$version"
echo "memory_cgroup=$memory"
report_file swaps /proc/swaps
"""
)


class BootState(TypedDict):
    """The boot files of a board, and the system they brought up."""

    boot_id: str
    """Another one after each boot."""
    cmdline_path: str | None
    """The cmdline.txt that counts; one without root= where no other exists."""
    cmdline: str | None
    arguments: list[str]
    """Tokens of cmdline.txt's first line, the only one that is read."""
    running: list[str]
    """Tokens of /proc/cmdline: what the firmware prepends, then what it read."""
    config_path: str | None
    config: str | None
    running_config: str | None
    memory_cgroup: bool
    """Whether the memory controller is mounted, so that memory limits work."""
    cgroup_version: Literal[1, 2]
    """2 only where /sys/fs/cgroup is the unified hierarchy; a hybrid counts as 1."""
    swaps: list[str]
    """Paths of the active swap devices and files."""


def parse_boot(output: list[str]) -> BootState:
    """The board's answer as data; raises FactProcessError where it cannot be understood."""
    answer = Answer(output)
    cmdline_path, config_path = answer.text("cmdline_path"), answer.text("config_path")
    cmdline = _text(answer, "cmdline", cmdline_path or "/boot/firmware/cmdline.txt")
    lines = (cmdline or "").split("\n")
    return BootState(
        boot_id=answer.required("boot_id"),
        cmdline_path=cmdline_path,
        cmdline=cmdline,
        arguments=lines[0].split(),
        running=answer.words("running", "/proc/cmdline"),
        config_path=config_path,
        config=_text(answer, "config", config_path or "/boot/firmware/config.txt"),
        running_config=_text(answer, "running_config", RUNNING_CONFIG),
        memory_cgroup=answer.flag("memory_cgroup"),
        cgroup_version=2 if answer.required("cgroup_version") == "2" else 1,
        swaps=parse_swaps(answer.file("swaps", "/proc/swaps") or b""),
    )


def _text(answer: Answer, key: str, path: str) -> str | None:
    """Text of a file which is going to be edited: so it must come back as it was."""
    content = answer.file(key, path)
    if content is None:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise FactProcessError(
            f"{path} is no UTF-8 text (byte {error.start + 1} is 0x{content[error.start]:02x}): "
            "save it as UTF-8, or put a copy back that works"
        ) from None


def parse_swaps(table: bytes) -> list[str]:
    """First column below the heading; the kernel writes a blank in a path as \\040."""
    rows = [line.split() for line in table.decode(errors="replace").splitlines()[1:]]
    return [
        re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), row[0]) for row in rows if row
    ]


class Boot(FactBase[BootState | None]):
    """
    Returns kernel arguments and config.txt as written and as running, the memory cgroup and the
    active swaps. ``None`` only where the fact failed, and the host with it.
    """

    @override
    def command(self) -> str:
        return _COMMAND

    @override
    def process(self, output: list[str]) -> BootState:
        return parse_boot(output)
