"""Changing what a lab's cluster.toml wishes, as its owner does."""

from collections.abc import Iterator
from contextlib import contextmanager

import tomlkit

from tests.conftest import LabUnderTest


def wish(lab: LabUnderTest, section: str, **values: object) -> None:
    """Writes keys of a section; one that is None goes."""
    document = tomlkit.parse(lab.lab.cluster_toml.read_text())
    if section not in document:
        document[section] = tomlkit.table()
    table = document[section]
    for key, value in values.items():
        if value is None:
            table.pop(key, None)
        else:
            table[key] = value
    lab.lab.cluster_toml.write_text(tomlkit.dumps(document))


@contextmanager
def wished(lab: LabUnderTest, section: str, **values: object) -> Iterator[None]:
    """The same for a while; the file is as it was afterwards."""
    before = lab.lab.cluster_toml.read_text()
    wish(lab, section, **values)
    try:
        yield
    finally:
        lab.lab.cluster_toml.write_text(before)


def without_spark(lab: LabUnderTest) -> None:
    """For boards of two Debian releases: PySpark wants the same Python on all of them."""
    wish(lab, "spark", enabled=False)
