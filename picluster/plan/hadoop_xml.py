"""Hadoop's settings as its files say them: one setting, who reads it, and a file for one reader."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape

from picluster.plan.daemons import HadoopRole

Reader = HadoopRole | Literal["client"]
"""A daemon, or the commands and the jobs' containers."""

CLIENT: Reader = "client"


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting that differs from Hadoop's default, and who reads it."""

    key: str
    value: str
    readers: frozenset[Reader]


def settings_of(readers: Iterable[Reader], values: Mapping[str, object]) -> list[Setting]:
    """Settings that all have these readers, in their order."""
    who = frozenset(readers)
    return [Setting(key, _text(value), who) for key, value in values.items()]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def site_file(settings: Iterable[Setting], reader: Reader) -> str:
    """The XML file with what this reader reads, in the settings' order.

    A setting that it does not read is left out, so that its change is no reason for a restart.
    """
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<!-- {NOTICE} -->", "<configuration>"]
    lines += [
        f"  <property><name>{escape(one.key)}</name><value>{escape(one.value)}</value></property>"
        for one in settings
        if reader in one.readers
    ]
    return "\n".join([*lines, "</configuration>", ""])


NOTICE = "Written by PiCluster; the next deploy puts back what is changed here by hand."
