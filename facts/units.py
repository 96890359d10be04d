"""systemd units: the state of many at once."""

from typing import TypedDict

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from facts.answer import Answer
from facts.arguments import RefusedArgumentError, checked_names, refusal

# systemctl prints the properties in an order of its own, leaves out those that a unit's type lacks
# (a timer has no main process), and separates the units, which keep their order, by a blank line.
_COMMAND = """if [ -d /run/systemd/system ]; then
  systemctl show --no-pager --property=Names,LoadState,ActiveState,SubState,UnitFileState\
,NeedDaemonReload,MainPID,Result -- {units}
else echo systemd=0; fi"""

_NAME = r"[A-Za-z0-9_][A-Za-z0-9:_.\\@-]*"
"""No glob characters: systemctl would answer with every unit that matches."""


class UnitState(TypedDict):
    """A unit, in systemd's own words."""

    load: str
    """loaded, not-found, masked …"""
    active: str
    """active, inactive, failed, activating …"""
    sub: str
    enabled: str
    """enabled, disabled, static, masked …; empty for a unit without a file."""
    needs_reload: bool
    """Its file changed since systemd read it."""
    main_pid: int
    """0 where no main process runs."""
    result: str
    """success, exit-code, signal, oom-kill …; empty for types of units that have none."""


def parse_units(units: list[str], output: list[str]) -> dict[str, UnitState]:
    """The state of each unit; one that does not exist has the load state not-found.

    Raises FactProcessError where systemd does not run, or answers about other units.
    """
    if "0" in Answer(output).all("systemd"):
        raise FactProcessError(
            "systemd does not run there (a chroot, or a container without it), so there are no "
            "units to look at"
        )
    blocks = [block for block in _blocks(output) if "Names" in block]
    if len(blocks) != len(units):
        raise FactProcessError(f"systemctl told of {len(blocks)} units, asked for {len(units)}")
    for unit, block in zip(units, blocks, strict=True):
        # An alias (sshd.service) is answered under its unit's name, but stands among the names.
        if not {unit, f"{unit}.service"} & set(block["Names"].split()):
            raise FactProcessError(f"asked for {unit}, systemctl told of {block['Names']}")
    return {unit: _state(block) for unit, block in zip(units, blocks, strict=True)}


def _blocks(output: list[str]) -> list[dict[str, str]]:
    blocks: list[dict[str, str]] = [{}]
    for line in output:
        key, equals, value = line.strip().partition("=")
        if equals:
            blocks[-1][key] = value
        elif not key:
            blocks.append({})
    return blocks


def _state(block: dict[str, str]) -> UnitState:
    main_pid = block.get("MainPID", "0")
    try:
        return UnitState(
            load=block["LoadState"],
            active=block["ActiveState"],
            sub=block["SubState"],
            enabled=block.get("UnitFileState", ""),
            needs_reload=block.get("NeedDaemonReload", "no") == "yes",
            main_pid=int(main_pid),
            result=block.get("Result", ""),
        )
    except KeyError as missing:
        raise FactProcessError(f"systemctl told no {missing} of {block['Names']}") from None
    except ValueError:
        raise FactProcessError(f"{block['Names']} has the main process {main_pid!r}") from None


class Units(FactBase[dict[str, UnitState] | None]):
    """
    Returns the state of each unit. ``None`` only where the fact failed, and the host with it.

    + units: names, of a service with or without ``.service``
    """

    _units: tuple[str, ...] = ()

    @override
    def command(self, units: list[str] | None = None) -> str:
        if units is None:
            return refusal(RefusedArgumentError("name the units, such as units=ssh.service"))
        try:
            self._units = tuple(checked_names(units, _NAME, "unit of systemd"))
        except RefusedArgumentError as error:
            return refusal(error)
        if not self._units:  # systemctl would answer about itself
            return "echo systemd="
        return _COMMAND.format(units=" ".join(f"'{unit}'" for unit in self._units))

    @override
    def process(self, output: list[str]) -> dict[str, UnitState]:
        return parse_units(list(self._units), output)
