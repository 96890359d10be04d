"""What is done about an engine: which packages, by whom, and whether it has to restart."""

import pytest

from picluster.plan.docker import engine_packages
from picluster.plan.docker_steps import (
    PackageChanges,
    package_changes,
    reasons_to_restart,
    with_versions,
)
from picluster.plan.sections import Docker

VENDOR = engine_packages(Docker(source="docker-ce", version="29"), "bookworm")
DEBIAN = engine_packages(Docker(source="debian"), "trixie")
NEW, OLD = "5:29.1.3-1~debian.12~bookworm", "5:28.5.1-1~debian.12~bookworm"
PLUGINS = {"docker-buildx-plugin": "0.30.1-1", "docker-compose-plugin": "2.40.3-1"}
RUNNING = {"docker-ce": NEW, "docker-ce-cli": NEW, "containerd.io": "2.1.5-1", **PLUGINS}
DEBIANS = {"docker.io": "26.1.5", "docker-cli": "26.1.5", "containerd": "1.7.24", "runc": "1.1"}


def _changes(installed: dict[str, str], wished: str = "vendor") -> PackageChanges:
    packages = VENDOR if wished == "vendor" else DEBIAN
    names = [*packages.wished, *packages.conflicting]
    found = {name: installed.get(name) for name in names}
    return package_changes(found, packages.wished, packages.conflicting, packages.versions)


def test_a_blank_board() -> None:
    changes = _changes({})
    assert changes.missing == VENDOR.wished
    assert not changes.conflicting
    assert not changes.outdated
    assert changes.take_the_engine_away


@pytest.mark.parametrize(
    ("installed", "wished"),
    [
        (RUNNING, "vendor"),
        (RUNNING | {"containerd.io": "9.9"}, "vendor"),
        (RUNNING | {"docker-ce": "5:29.99.0-1~debian.12~bookworm"}, "vendor"),
        (DEBIANS, "debian"),
        (DEBIANS | {"docker.io": "99"}, "debian"),
    ],
)
def test_as_wished(installed: dict[str, str], wished: str) -> None:
    changes = _changes(installed, wished)
    assert not changes
    assert not changes.take_the_engine_away
    assert changes.reasons() == []


def test_another_source_goes_in_the_same_transaction() -> None:
    changes = _changes(DEBIANS)
    assert changes.missing == VENDOR.wished
    assert set(changes.conflicting) == set(DEBIANS)
    assert changes.take_the_engine_away
    back = _changes(RUNNING, "debian")
    assert back.missing == DEBIAN.wished
    assert set(back.conflicting) == set(RUNNING)


def test_another_version() -> None:
    changes = _changes(RUNNING | {"docker-ce": OLD, "docker-ce-cli": OLD})
    assert changes == PackageChanges(outdated=("docker-ce", "docker-ce-cli"))
    assert changes.take_the_engine_away
    assert changes.reasons() == ["docker-ce, docker-ce-cli are of another version than wished"]


@pytest.mark.parametrize(
    ("installed", "expected"),
    [
        # A plug-in, a client or a manual: the engine goes on meanwhile.
        ({k: v for k, v in RUNNING.items() if k not in PLUGINS}, "not installed"),
        (RUNNING | {"docker-doc": "26"}, "docker-doc is in its way"),
        (RUNNING | {"docker-compose": "1.29"}, "docker-compose is in its way"),
        (RUNNING | {"docker-ce-cli": OLD}, "docker-ce-cli is of another version than wished"),
    ],
)
def test_what_does_not_take_the_engine_away(installed: dict[str, str], expected: str) -> None:
    changes = _changes(installed)
    assert changes
    assert not changes.take_the_engine_away
    assert expected in changes.reasons()[0]


@pytest.mark.parametrize("name", ["docker-ce", "containerd.io"])
def test_a_part_of_the_engine_that_is_missing(name: str) -> None:
    changes = _changes({k: v for k, v in RUNNING.items() if k != name})
    assert changes.missing == (name,)
    assert changes.take_the_engine_away


def test_with_versions() -> None:
    names = ["docker-ce", "containerd.io"]
    assert with_versions(names, VENDOR.versions) == ["docker-ce=5:29.*", "containerd.io"]
    assert with_versions([], VENDOR.versions) == []


@pytest.mark.parametrize(
    ("started_with", "replaced", "legacy", "words"),
    [
        ("a1", [], [], []),
        (None, [], [], ["not started with PiCluster's settings"]),
        ("", [], [], ["other settings than wished"]),
        ("b2", [], [], ["other settings than wished"]),
        ("a1", ["dockerd", "containerd"], [], ["an old version of dockerd, containerd"]),
        ("a1", [], ["iptables"], ["iptables writes to the kernel's old tables"]),
        ("b2", ["dockerd"], ["ip6tables"], ["settings", "dockerd", "ip6tables"]),
    ],
)
def test_reasons_to_restart(
    started_with: str | None, replaced: list[str], legacy: list[str], words: list[str]
) -> None:
    reasons = reasons_to_restart(started_with, "a1", replaced, legacy)
    assert len(reasons) == len(words)
    for reason, part in zip(reasons, words, strict=True):
        assert part in reason
