"""Names in cluster.toml: hosts, domains, users, Debian packages."""

import re
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

from picluster.plan.problems import quote
from picluster.plan.suggest import did_you_mean

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
DOMAIN = rf"{_LABEL}(\.{_LABEL})*"
"""Regular expression of host names with dots between them."""
_USER = r"[a-z_][a-z0-9_-]{0,31}"
# None ends in a hyphen: apt would take it for a wish to remove the package.
_PACKAGE = r"[a-z0-9][a-z0-9+.-]*[a-z0-9+.]"

# 253 characters are the limit of a full name; the longest host name and its dot take 64.
_LONGEST_DOMAIN = 189
# Debian's own lines of /etc/hosts.
_TAKEN = {"localhost", "ip6-localhost", "ip6-loopback", "ip6-allnodes", "ip6-allrouters"}

# pyinfra's own groups and those of the roles: `--limit` could mean either.
_GROUPS = {"all", "inventory", "manager", "worker", "namenode", "resourcemanager"}
_GROUPS |= {"secondarynamenode", "datanode", "nodemanager", "historyserver"}
_GROUPS |= {"portainer", "mirror", "home"}


def _check_label(text: str) -> str:
    if not re.fullmatch(_LABEL, text):
        slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
        usable = slug if re.fullmatch(_LABEL, slug) and not slug.isdigit() else None
        raise ValueError(
            f"{quote(text)} is no host name: 1 to 63 lower-case letters, digits and "
            f"inner hyphens{did_you_mean(usable)}"
        )
    return text


def _check_host_name(text: str) -> str:
    _check_label(text)
    if text.isdigit():
        # RFC 1123, 2.1: a name of digits only is taken for an address.
        raise ValueError(
            f"{quote(text)} would be taken for an address; did you mean {quote('pi' + text)}?"
        )
    if text in _TAKEN:
        raise ValueError(f"{quote(text)} is a name that every system has already; choose another")
    if text in _GROUPS:
        raise ValueError(f"{quote(text)} is the name of a group of hosts; choose another")
    return text


def _check_domain(text: str) -> str:
    if not re.fullmatch(DOMAIN, text) or len(text) > _LONGEST_DOMAIN:
        lower = text.lower().strip(".")
        usable = lower if re.fullmatch(DOMAIN, lower) and len(lower) <= _LONGEST_DOMAIN else None
        raise ValueError(
            f"{quote(text)} is no domain: host names with dots between them, at most "
            f"{_LONGEST_DOMAIN} characters{did_you_mean(usable)}"
        )
    return text


def _check_user(text: str) -> str:
    if not re.fullmatch(_USER, text):
        usable = text.lower() if re.fullmatch(_USER, text.lower()) else None
        raise ValueError(
            f"{quote(text)} is no user name: at most 32 lower-case letters, digits, - and _, "
            f"not starting with a digit or -{did_you_mean(usable)}"
        )
    return text


def _check_package(text: str) -> str:
    if not re.fullmatch(_PACKAGE, text):
        usable = text.lower() if re.fullmatch(_PACKAGE, text.lower()) else None
        raise ValueError(
            f"{quote(text)} is no Debian package name: at least two lower-case letters, digits, "
            f"+ - or .{did_you_mean(usable)}"
        )
    return text


def matching(pattern: str) -> WithJsonSchema:
    """The JSON Schema of a text that is wholly in this form."""
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$"})


Label = Annotated[str, AfterValidator(_check_label), matching(_LABEL)]
HostName = Annotated[str, AfterValidator(_check_host_name), matching(_LABEL)]
Domain = Annotated[str, AfterValidator(_check_domain), matching(DOMAIN)]
UserName = Annotated[str, AfterValidator(_check_user), matching(_USER)]
PackageName = Annotated[str, AfterValidator(_check_package), matching(_PACKAGE)]
