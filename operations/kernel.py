"""The running kernel: modules and sysctls, made to be what the files under /etc say."""

from collections.abc import Mapping

from pyinfra import host, logger
from pyinfra.api import QuoteString, StringCommand, operation

from facts.kernel import Kernel
from operations.difference import note
from operations.failure import Commands, fail
from operations.values import WrongValueError, table, texts


@operation()
def modules(modules: list[str]) -> Commands:
    """
    Load the modules that are not there yet.

    + modules: names; one that this kernel does not have is warned about and passed over

    A file in /etc/modules-load.d makes them come back at boot; this is for now.
    """
    try:
        modules = texts("modules", modules)
    except WrongValueError as error:
        yield fail(str(error))
        return
    found = host.get_fact(Kernel, modules=modules, sysctls=[])
    if found is None:
        yield fail()
        return
    missing = [name for name in modules if not found["available"][name]]
    if missing:
        logger.warning(
            f"{host.print_prefix}this kernel has no {', '.join(missing)}; "
            "what needs it will not work here"
        )
    wanted = [name for name in modules if found["available"][name] and not found["modules"][name]]
    if not wanted:
        host.noop("all modules that this kernel has are loaded")
        return
    for name in wanted:
        note(f"kernel module {name}", "not loaded", "loaded")
    yield StringCommand("modprobe -a --", *map(QuoteString, wanted))


@operation()
def sysctls(values: Mapping[str, str]) -> Commands:
    """
    Set running kernel parameters.

    + values: key to value, such as `{"net.ipv4.ip_forward": "1"}`

    A file in /etc/sysctl.d sets them at boot; this is for now. A key that this kernel lacks is
    passed over: keys of a module come with it, and its defaults are the wished ones or are set at
    the next boot.
    """
    try:
        values = table("values", values)
    except WrongValueError as error:
        yield fail(str(error))
        return
    wrong = [
        f"{key}={value}"
        for key, value in values.items()
        if not value.replace("\t", " ").isprintable()
    ]
    if wrong:
        yield fail(f"no kernel parameter, which is one line key=value: {wrong}")
        return
    found = host.get_fact(Kernel, modules=[], sysctls=list(values))
    if found is None:
        yield fail()
        return
    running = found["sysctls"]
    wanted = {
        key: value
        for key, value in values.items()
        if running[key] is not None and running[key] != " ".join(value.split())
    }
    if not wanted:
        host.noop("all kernel parameters are set")
        return
    for key, value in wanted.items():
        note(f"kernel parameter {key}", running[key] or "empty", value)
    for key, value in wanted.items():
        assignment = StringCommand(key, "=", value, _separator="").get_raw_value()
        yield StringCommand("sysctl -q -w --", QuoteString(assignment))
