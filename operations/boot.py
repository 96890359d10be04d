"""The boot partition: kernel arguments, firmware settings, and the reboot that makes them real."""

from collections.abc import Mapping
from shlex import quote

from pyinfra import host
from pyinfra.api import FunctionCommand, StringCommand, operation

from facts.boot import Boot, BootState
from facts.system import System
from operations.boot_notes import note_arguments, note_settings
from operations.difference import note, show
from operations.failure import Commands, fail
from operations.reboot import reboot_and_wait
from operations.values import WrongValueError, table, texts
from picluster.plan.firmware_settings import has_settings, with_settings, wrong_settings
from picluster.plan.kernel_line import (
    NoRootArgumentError,
    not_in_force,
    with_arguments,
    wrong_arguments,
)
from picluster.plan.swap import swap_runs_as_wished, wrong_swap

BACKUP = ".before-picluster"


@operation()
def kernel_arguments(arguments: list[str]) -> Commands:
    """
    Add words to the one line of cmdline.txt; they count from the next boot on.

    + arguments: such as `cgroup_enable=memory`; what undoes one of them is taken out

    The line is replaced in one step, the first original stays beside it. A file without `root=`
    is left alone: the preflight has refused such a board.

    **Example:**

    .. code:: python

        boot.kernel_arguments(name="Turn on the memory cgroup", arguments=["cgroup_enable=memory"])
    """
    try:
        arguments = texts("arguments", arguments)
    except WrongValueError as error:
        yield fail(str(error))
        return
    if reason := _wrong(arguments=arguments):
        yield fail(reason)
        return
    boot = host.get_fact(Boot)
    if boot is None:
        yield fail()
        return
    path, text = boot["cmdline_path"], boot["cmdline"]
    if path is None or text is None:
        host.noop("no cmdline.txt here: its kernel is started by something else")
        return
    try:
        wished = with_arguments(text, arguments)
    except NoRootArgumentError as error:
        host.noop(f"{path} is left alone: {error}")
        return
    if text.split("\n", maxsplit=1)[0].split() == wished.split():
        host.noop(f"{path} has all kernel arguments")
        return
    note_arguments(path, text, wished)
    show(path, text.splitlines(), wished.splitlines())
    yield _replace(path, wished)


@operation()
def firmware_settings(settings: Mapping[str, str]) -> Commands:
    """
    Keep our block of settings at the end of config.txt; they count from the next boot on.

    + settings: key to value, such as `{"gpu_mem": "16"}`; none takes the block out

    **Example:**

    .. code:: python

        boot.firmware_settings(name="Give memory back", settings={"gpu_mem": "16"})
    """
    try:
        settings = table("settings", settings)
    except WrongValueError as error:
        yield fail(str(error))
        return
    if reason := _wrong(settings=settings):
        yield fail(reason)
        return
    boot = host.get_fact(Boot)
    if boot is None:
        yield fail()
        return
    path, text = boot["config_path"], boot["config"]
    if path is None or text is None:
        host.noop("no config.txt here")
        return
    if has_settings(text, settings):
        host.noop(f"{path} has all settings")
        return
    wished = with_settings(text, settings)
    note_settings(path, text, wished)
    show(path, text.splitlines(), wished.splitlines())
    yield _replace(path, wished)


def _replace(path: str, content: str) -> StringCommand:
    """Replaces a file of the boot partition (FAT: no owners, no modes) in one step.

    Only by the whole content: when this run is killed meanwhile, the board sees the end of its
    input early, and could not boot from half a line.
    """
    old, new, backup = quote(path), quote(f"{path}.new"), quote(path + BACKUP)
    text = content.rstrip("\n")
    size = len(f"{text}\n".encode()) if text else 0  # pyinfra ends what it sends with a newline
    script = (
        f"set -e; test -e {backup} || cp -p {old} {backup}; cat > {new}; "
        f"test $(wc -c < {new}) -eq {size}; sync {new}; mv -fT {new} {old}; sync {old}"
    )
    return StringCommand(script, _stdin=text)


@operation()
def reboot(
    arguments: list[str],
    settings: Mapping[str, str],
    swap: str,
    timeout: int = 300,
    rolling: bool = False,
    managers: list[str] | None = None,
    hold: str | None = None,
) -> Commands:
    """
    Reboot, but only when the running system lacks something that is wished.

    + arguments: kernel arguments that should be running
    + settings: settings that the firmware should have read at boot
    + swap: `none` or `zram`, what should be running
    + timeout: seconds until the board has to be back
    + rolling: refuse while a board that was rebooted before in this run is not back; call the
      operation with `_serial=True` then
    + managers: names of the hosts that manage the boards' Swarm, if there is one: a rolling reboot
      waits until the Swarm sees the board again, and refuses while too few managers would be left
    + hold: why the board must not be rebooted now, such as too weak a supply: where it would be, it
      fails with that instead

    What runs is compared with what is wished, so a run that was cut off between an edit and the
    reboot is finished by the next one.
    """
    try:
        arguments, settings = texts("arguments", arguments), table("settings", settings)
        managers = texts("managers", managers or [])
    except WrongValueError as error:
        yield fail(str(error))
        return
    if reason := _wrong(arguments=arguments, settings=settings, swap=swap):
        yield fail(reason)
        return
    boot, system = host.get_fact(Boot), host.get_fact(System)
    if boot is None or system is None:
        yield fail()
        return
    reasons = reasons_to_reboot(boot, system["swap_mechanism"], arguments, settings, swap)
    if not reasons:
        host.noop("the running system has all that is wished")
        return
    for reason in reasons:
        note("the running system", reason, "as wished, from a reboot on")
    if hold is not None:
        yield fail(hold)
        return
    yield FunctionCommand(reboot_and_wait, (reasons, timeout, rolling, managers), {})


def reasons_to_reboot(
    boot: BootState,
    swap_mechanism: str,
    arguments: list[str],
    settings: Mapping[str, str],
    swap: str,
) -> list[str]:
    """Why the running system is not the wished one, for people; empty when it is.

    What `kernel_arguments` and `firmware_settings` leave alone is no reason: no boot changes it.
    """
    reasons = []
    if any(word.startswith("root=") for word in boot["arguments"]):
        missing = not_in_force(arguments, boot["running"])
        reasons += [f"{word} is not in force" for word in missing]
    read = boot["running_config"] or ""
    if boot["config_path"] is not None and not has_settings(read, settings):
        reasons.append("the firmware has not read the settings of config.txt")
    if not swap_runs_as_wished(swap, swap_mechanism, boot["swaps"]):
        reasons.append(f"swap is not {swap}")
    return reasons


def _wrong(
    arguments: list[str] | None = None,
    settings: Mapping[str, str] | None = None,
    swap: str | None = None,
) -> str | None:
    """Why these values cannot be written, or would never come true; None when they can."""
    if words := wrong_arguments(arguments or []):
        return f"no kernel argument, which is one word without quotation marks: {words}"
    if lines := wrong_settings(settings or {}):
        return f"no setting of config.txt, which is one line key=value: {lines}"
    return None if swap is None else wrong_swap(swap)
