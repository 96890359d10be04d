"""The boot partition: kernel arguments, firmware settings, and the reboot that makes them real."""

from collections.abc import Generator, Mapping
from shlex import quote

from picluster.plan.firmware_settings import has_settings, with_settings
from picluster.plan.kernel_line import missing_arguments, with_arguments
from picluster.plan.swap import swap_runs_as_wished
from pyinfra import host
from pyinfra.api import FunctionCommand, StringCommand, operation

from facts.boot import Boot, BootState
from facts.system import System
from operations.reboot import reboot_and_wait

BACKUP = ".before-picluster"


@operation()
def kernel_arguments(arguments: list[str]) -> Generator[StringCommand, None, None]:
    """
    Add words to the one line of cmdline.txt; they count from the next boot on.

    + arguments: such as `cgroup_enable=memory`; what undoes one of them is taken out

    The line is replaced in one step, the first original stays beside it. A file without `root=`
    is left alone: the preflight has refused such a board.

    **Example:**

    .. code:: python

        boot.kernel_arguments(name="Turn on the memory cgroup", arguments=["cgroup_enable=memory"])
    """
    boot = host.get_fact(Boot)
    path, text = boot["cmdline_path"], boot["cmdline"]
    if path is None or text is None:
        host.noop("no cmdline.txt here: its kernel is started by something else")
        return
    wished = with_arguments(text, arguments)
    if text.split("\n", maxsplit=1)[0].split() == wished.split():
        host.noop(f"{path} has all kernel arguments")
        return
    yield _replace(path, wished)


@operation()
def firmware_settings(settings: Mapping[str, str]) -> Generator[StringCommand, None, None]:
    """
    Keep our block of settings at the end of config.txt; they count from the next boot on.

    + settings: key to value, such as `{"gpu_mem": "16"}`; none takes the block out

    **Example:**

    .. code:: python

        boot.firmware_settings(name="Give memory back", settings={"gpu_mem": "16"})
    """
    boot = host.get_fact(Boot)
    path, text = boot["config_path"], boot["config"]
    if path is None or text is None:
        host.noop("no config.txt here")
        return
    if has_settings(text, settings):
        host.noop(f"{path} has all settings")
        return
    yield _replace(path, with_settings(text, settings))


def _replace(path: str, content: str) -> StringCommand:
    """Replaces a file of the boot partition (FAT: no owners, no modes) in one step."""
    old, new, backup = quote(path), quote(f"{path}.new"), quote(path + BACKUP)
    script = (
        f"set -e; test -e {backup} || cp -p {old} {backup}; "
        f"cat > {new}; sync {new}; mv -fT {new} {old}; sync {old}"
    )
    return StringCommand(script, _stdin=content.rstrip("\n"))


@operation()
def reboot(
    arguments: list[str],
    settings: Mapping[str, str],
    swap: str,
    timeout: int = 300,
    rolling: bool = False,
) -> Generator[FunctionCommand, None, None]:
    """
    Reboot, but only when the running system lacks something that is wished.

    + arguments: kernel arguments that should be running
    + settings: settings that the firmware should have read at boot
    + swap: `none` or `zram`, what should be running
    + timeout: seconds until the board has to be back
    + rolling: refuse while a board that was rebooted before in this run is not back; call the
      operation with `_serial=True` then

    What runs is compared with what is wished, so a run that was cut off between an edit and the
    reboot is finished by the next one.
    """
    reasons = reasons_to_reboot(
        host.get_fact(Boot), host.get_fact(System)["swap_mechanism"], arguments, settings, swap
    )
    if not reasons:
        host.noop("the running system has all that is wished")
        return
    yield FunctionCommand(reboot_and_wait, (reasons, timeout, rolling), {})


def reasons_to_reboot(
    boot: BootState,
    swap_mechanism: str,
    arguments: list[str],
    settings: Mapping[str, str],
    swap: str,
) -> list[str]:
    """Why the running system is not the wished one, for people; empty when it is."""
    reasons = [
        f"{word} is not in force" for word in missing_arguments(arguments, boot["running"])
    ]
    if boot["config_path"] is not None and not has_settings(
        boot["running_config"] or "", settings
    ):
        reasons.append("the firmware has not read the settings of config.txt")
    if not swap_runs_as_wished(swap, swap_mechanism, boot["swaps"]):
        reasons.append(f"swap is not {swap}")
    return reasons
