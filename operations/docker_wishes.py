"""The packages of an engine, as the operations take them: checked before they reach a shell."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from operations.values import WrongValueError, table, texts

_VERSION = r"[A-Za-z0-9.+:~*-]+"
"""Debian policy 5.6.12, and apt's wildcard."""


class Wish(NamedTuple):
    """Packages of one engine."""

    packages: list[str]
    conflicting: list[str]
    versions: dict[str, str]

    @property
    def names(self) -> list[str]:
        """All packages that matter."""
        return [*self.packages, *self.conflicting]


def checked(
    packages: list[str], conflicting: list[str] | None, versions: Mapping[str, str] | None
) -> Wish:
    """The arguments of an operation as they are meant. Raises WrongValueError.

    Whether a name can be a package's, is told by the fact that looks for it.
    """
    wish = Wish(
        texts("packages", packages),
        texts("conflicting", conflicting or []),
        table("versions", versions or {}),
    )
    if trailing := [name for name in wish.names if name.endswith("-")]:
        raise WrongValueError(f"no name of a Debian package, apt-get would remove it: {trailing}")
    if both := [name for name in wish.packages if name in wish.conflicting]:
        raise WrongValueError(f"wished and in conflict at once, take them out of one list: {both}")
    if foreign := [name for name in wish.versions if name not in wish.packages]:
        raise WrongValueError(f"versions of packages that are not wished: {foreign}")
    wrong = [v for v in wish.versions.values() if not re.fullmatch(_VERSION, v, re.ASCII)]
    if wrong:
        raise WrongValueError(f"no version of a Debian package, such as 5:29.*: {wrong}")
    return wish
