"""systemd units that are kept running: with what they were started, and what lies beside them."""

import re
import shlex
from typing import TypedDict

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from facts.answer import Answer
from facts.arguments import RefusedArgumentError, checked_names, refusal

RECORDS = "/run/picluster"
"""Where a unit notes, in UNIT.started, its invocation and the digest of what it read at its
start."""

_COMMAND = r"""export LC_ALL=C
if [ ! -d /run/systemd/system ]; then echo systemd=0; exit; fi
echo systemd=1
systemctl show --no-pager --property=ActiveState,UnitFileState,NeedDaemonReload\
,InvocationID,FragmentPath,DropInPaths -- {units} |
  awk 'BEGIN {{ number = 0 }} /^$/ {{ number++; next }}
    {{ key = $0; sub(/=.*/, "", key); print "unit" number "_" tolower(key) "=" \
    substr($0, length(key) + 2) }}'
number=0
for unit in {units}; do
  record=$(head -n 1 "{records}/$unit.started" 2>/dev/null | tr -dc '[:print:]')
  echo "unit${{number}}_record=$record"
  pid=$(systemctl show --property=MainPID --value -- "$unit")
  case $(readlink "/proc/${{pid:-0}}/exe") in *' (deleted)') echo "replaced=$number" ;; esac
  number=$((number + 1))
done
number=0
for path in {paths}; do
  counts=-d
  case $path in {unit_files}*) counts=-f ;; esac
  if [ ! -L "$path" ] && [ "$counts" "$path" ]; then echo "there=$number"; fi
  number=$((number + 1))
done
"""

UNIT_FILES = "/etc/systemd/system/"
"""Below it lie units and drop-ins of the owner's."""

_UNIT = r"[A-Za-z0-9_][A-Za-z0-9:_.@-]*[.](service|timer|socket|path)"


class ServiceState(TypedDict):
    """A unit."""

    active: bool
    starting: bool
    """It is about to run: systemd starts it, or waits to try once more."""
    enabled: bool
    """Whether it starts at boot."""
    needs_reload: bool
    """Its files changed since systemd read them."""
    started_with: str | None
    """Digest that it noted when it started last; None where it did not, or is down."""
    replaced: bool
    """Whether the program that it runs was removed since it started, or another put in its place,
    as an upgrade does."""
    files: list[str]
    """Those that systemd made it of: the unit's own, and drop-ins."""


class ServicesState(TypedDict):
    """Units, and files and folders."""

    units: dict[str, ServiceState]
    paths: list[str]
    """Of those asked for, the ones that are there, and are no links."""


def parse_services(units: list[str], paths: list[str], output: list[str]) -> ServicesState:
    """The board's answer as data; raises FactProcessError where it cannot be understood."""
    answer = Answer(output)
    if not answer.flag("systemd"):
        raise FactProcessError(
            "systemd does not run there (a chroot, or a container without it), so there are no "
            "services to look after"
        )
    there = answer.all("there")
    if not all(number.isdecimal() and int(number) < len(paths) for number in there):
        raise FactProcessError(f"the board told of paths {there}, asked for {len(paths)}")
    replaced = answer.all("replaced")
    if not all(re.fullmatch("[0-9]+", n, re.ASCII) and int(n) < len(units) for n in replaced):
        raise FactProcessError(f"the board told of units {replaced}, asked for {len(units)}")
    return ServicesState(
        units={
            unit: _state(answer, f"unit{index}_", replaced=str(index) in replaced)
            for index, unit in enumerate(units)
        },
        paths=[paths[int(number)] for number in there],
    )


def _state(answer: Answer, unit: str, *, replaced: bool) -> ServiceState:
    state = answer.required(f"{unit}activestate")
    active, starting = state in ("active", "reloading"), state == "activating"
    invocation, _, digest = (answer.text(f"{unit}record") or "").partition(" ")
    current = bool(invocation) and invocation == answer.text(f"{unit}invocationid")
    return ServiceState(
        active=active,
        starting=starting,
        enabled=answer.text(f"{unit}unitfilestate") == "enabled",
        needs_reload=answer.required(f"{unit}needdaemonreload") == "yes",
        started_with=digest if current and (active or starting) else None,
        replaced=replaced,
        files=[
            path
            for key in ("fragmentpath", "dropinpaths")
            for path in (answer.text(f"{unit}{key}") or "").split()
        ],
    )


class Services(FactBase[ServicesState | None]):
    """
    Returns whether units run, start at boot, and with what they were started, and which of some
    files and folders are there. ``None`` only where the fact failed, and the host with it.

    + units: names with their kind, such as ``docker-registry.service``
    + paths: absolute paths of folders, and below /etc/systemd/system/ of files
    """

    _asked: tuple[list[str], list[str]] = ([], [])

    @override
    def command(self, units: list[str] | None = None, paths: list[str] | None = None) -> str:
        if not units:
            return refusal(RefusedArgumentError("name the units, such as units=ssh.service"))
        try:
            self._asked = (
                checked_names(units, _UNIT, "unit of systemd with its kind"),
                checked_names(paths or [], r"/[^\0]*", "absolute path"),
            )
        except RefusedArgumentError as error:
            return refusal(error)
        return _COMMAND.format(
            units=" ".join(f"'{unit}'" for unit in self._asked[0]),
            paths=" ".join(map(shlex.quote, self._asked[1])),
            records=RECORDS,
            unit_files=UNIT_FILES,
        )

    @override
    def process(self, output: list[str]) -> ServicesState:
        return parse_services(*self._asked, output)
