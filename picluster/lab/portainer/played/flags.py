"""The server's command line, as strict as the real one's."""

from collections.abc import Iterator
from dataclasses import dataclass

from .fatal import FatalError
from .generation import has_server_certificate_flags, has_setup_token

_SHORT = {"H": "host", "d": "data"}
_SWITCHES = {"tlsskipverify": "skip_verify", "http-disabled": "http_disabled"}
_VALUES = {
    "host": "host",
    "data": "data",
    "bind-https": "bind",
    "admin-password": "admin_hash",
    "admin-password-file": "admin_password_file",
    "sslcert": "certificate",
    "sslkey": "key",
}


# Known to all versions, and at first only for environments that want a certificate themselves.
_FILES_FOR_ENVIRONMENTS = ("tlscacert", "tlscert", "tlskey")


@dataclass
class Flags:
    """What the command line asks for."""

    data: str = "/data"
    bind: str = ":9443"
    host: str = ""
    skip_verify: bool = False
    http_disabled: bool = False
    admin_hash: str = ""
    admin_password_file: str = ""
    certificate: str = ""
    key: str = ""
    for_environments: str = ""
    setup_token: str = ""
    no_setup_token: bool = False

    @property
    def address(self) -> tuple[str, int]:
        """Where the HTTPS server listens."""
        host, _, port = self.bind.rpartition(":")
        return host, int(port)


def parse_flags(arguments: list[str], version: str) -> Flags:
    """The flags; raises FatalError for one that this version does not know."""
    switches = dict(_SWITCHES)
    values = _VALUES | dict.fromkeys(_FILES_FOR_ENVIRONMENTS, "for_environments")
    if has_setup_token(version):
        switches["no-setup-token"] = "no_setup_token"
        values["setup-token"] = "setup_token"
    if has_server_certificate_flags(version):
        values |= {"tlscert": "certificate", "tlskey": "key"}
    flags = Flags()
    rest = iter(arguments)
    for argument in rest:
        name, given = _name(argument)
        if name in switches:
            setattr(flags, switches[name], True)
        elif name in values:
            setattr(flags, values[name], _value(argument, given, rest))
        else:
            shown = argument.partition("=")[0]
            kind = "long" if argument.startswith("--") else "short"
            message = f"error: unknown {kind} flag '{shown}', try --help"
            raise FatalError(message)
    if flags.admin_hash and flags.admin_password_file:
        message = "Cannot use --admin-password with --admin-password-file"
        raise FatalError(message)
    return flags


def _name(argument: str) -> tuple[str, str | None]:
    if argument.startswith("--"):
        name, equals, value = argument[2:].partition("=")
        return name, value if equals else None
    if argument.startswith("-") and len(argument) > 1:
        return _SHORT.get(argument[1], ""), argument[2:] or None
    message = f"error: unexpected {argument}, try --help"
    raise FatalError(message)


def _value(argument: str, given: str | None, rest: Iterator[str]) -> str:
    value = next(rest, None) if given is None else given
    if value is None:
        message = f"error: expected argument for flag '{argument}', try --help"
        raise FatalError(message)
    return value
