"""Values of [docker] in cluster.toml: the Engine's version, a log's size, registry mirrors."""

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Annotated

from pydantic import AfterValidator

from picluster.plan.names import DOMAIN, matching
from picluster.plan.problems import quote
from picluster.plan.suggest import did_you_mean

_PART = r"(0|[1-9][0-9]{0,2})"
_VERSION = rf"[1-9][0-9]?(\.{_PART}){{0,2}}"
_LOG_SIZE = r"[1-9][0-9]{0,5}[kmg]"


def _check_version(text: str) -> str:
    if not re.fullmatch(_VERSION, text):
        raise ValueError(
            f"{quote(text)} is no version of Docker Engine: one to three numbers with dots "
            f"between them{did_you_mean(_meant_version(text), 'write for example ' + quote('29'))}"
        )
    return text


def _meant_version(text: str) -> str | None:
    """The version inside other spellings: `v29.1`, `29.x`, `5:29.1.3-1~debian.12~bookworm`."""
    numbers = re.match(r"(?:[0-9]:)?v?([0-9]{1,3}(?:\.[0-9]{1,3}){0,2})(?![0-9])", text)
    if numbers is None:
        return None
    meant = ".".join(str(int(number)) for number in numbers[1].split("."))
    return meant if re.fullmatch(_VERSION, meant) else None


def _check_log_size(text: str) -> str:
    if not re.fullmatch(_LOG_SIZE, text):
        spelt = re.fullmatch(r"([1-9][0-9]{0,5}) ?([kmg]?)i?b?", text.lower())
        meant = spelt[1] + (spelt[2] or "m") if spelt else None
        raise ValueError(
            f"{quote(text)} is no size of a log: a whole number and k, m or g"
            f"{did_you_mean(meant, 'write for example ' + quote('10m'))}"
        )
    return text


def _normalise_mirror(text: str) -> str:
    refusal = "Docker takes no user name or password here"
    return _normalised(text, refusal, "registry mirror", "http://192.168.1.12:5000")


def _normalise_server(text: str) -> str:
    refusal = "no user name or password is taken here"
    return _normalised(text, refusal, "URL of a server", "http://192.168.1.5:3142")


def _normalised(text: str, no_password: str, kind: str, example: str) -> str:
    """The URL without a slash at its end, in lower case, so that no two spellings are two."""
    if "@" in text:
        # The value is not repeated: it may hold a password.
        raise ValueError(f"{no_password}; write the URL without them")
    url = _mirror(text)
    if url is None:
        advice = "write for example " + quote(example)
        raise ValueError(
            f"{quote(text)} is no {kind}: http:// or https://, a host, a port if need be, "
            f"and nothing after them{did_you_mean(_meant_mirror(text), advice)}"
        )
    return url


def _mirror(text: str) -> str | None:
    spelt = re.fullmatch(
        r"(https?://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::([0-9]{1,5}))?)/?", text.lower()
    )
    if spelt is None or not _is_host(spelt[2]) or not 1 <= int(spelt[3] or 80) <= 65535:
        return None
    return spelt[1]


def _meant_mirror(text: str) -> str | None:
    scheme, rest = text.split("://", 1) if "://" in text else ("http", text)
    return _mirror(f"{scheme}://{re.split('[/?#]', rest, maxsplit=1)[0]}")


def _is_host(text: str) -> bool:
    try:
        if text.startswith("["):
            IPv6Address(text[1:-1])
        elif text.rpartition(".")[2].isdigit():
            IPv4Address(text)
        else:
            return len(text) <= 253 and bool(re.fullmatch(DOMAIN, text))
    except AddressValueError:
        return False
    return True


EngineVersion = Annotated[str, AfterValidator(_check_version), matching(_VERSION)]
LogSize = Annotated[str, AfterValidator(_check_log_size), matching(_LOG_SIZE)]
RegistryMirror = Annotated[str, AfterValidator(_normalise_mirror), matching("https?://[^/?#@]+/?")]
ServerUrl = Annotated[str, AfterValidator(_normalise_server), matching("https?://[^/?#@]+/?")]
