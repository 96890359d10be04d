"""Why a board is refused."""

from dataclasses import replace

import pytest

from picluster.plan.preflight import Declared, Found, refusals

DECLARED = Declared("pi4a", "4B", 2048, ("bookworm", "trixie"))
GOOD = Found(
    is_pi=True,
    title="Raspberry Pi 4 Model B",
    model="4B",
    memory_mb=2048,
    revision="b03114",
    machine="aarch64",
    architecture="arm64",
    codename="bookworm",
    skew_seconds=0.0,
    sudo=True,
    user="pi",
    cmdline_path="/boot/firmware/cmdline.txt",
    has_root_argument=True,
)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"codename": "trixie"},
        {"skew_seconds": 2.0},
        {"skew_seconds": -2.0},
        {"machine": "x86_64", "architecture": "amd64"},  # the lab's
        {"memory_mb": None},  # nothing is known, so nothing is wrong
    ],
    ids=str,
)
def test_a_good_board(changes: dict[str, object]) -> None:
    assert refusals(DECLARED, replace(GOOD, **changes)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        (
            {"is_pi": False, "model": None, "memory_mb": None},
            ["declared as a 4B, but no Raspberry Pi", 'address of node "pi4a"'],
        ),
        (
            {"model": "3B+", "title": "Raspberry Pi 3 Model B Plus", "revision": "a020d3"},
            ["its revision a020d3 is a Raspberry Pi 3 Model B Plus", 'node "pi4a"'],
        ),
        (
            {"model": None, "title": None, "revision": "c0ffff"},
            ["c0ffff is a model unknown to this version"],
        ),
        (
            {"memory_mb": 512},
            ["declared with 2 GB, but it has 0.5 GB; mend memory_gb"],
        ),
        ({"machine": "armv7l", "architecture": "armhf"}, ["its kernel is armv7l, not 64-bit"]),
        ({"architecture": "armhf"}, ["its programs are armhf on a aarch64 kernel"]),
        (
            {"machine": "x86_64", "architecture": "i386"},
            ["its programs are i386 on a x86_64 kernel", "64-bit Raspberry Pi OS Lite"],
        ),
        (
            {"codename": "bullseye"},
            ["its release is bullseye, not bookworm or trixie", "[system] release"],
        ),
        ({"codename": None}, ["its release is unknown"]),
        ({"skew_seconds": 2.1}, ["its clock is 2 s ahead of this computer's", "timedatectl"]),
        ({"skew_seconds": -3600.0}, ["its clock is 3600 s behind this computer's"]),
        ({"sudo": False}, ["user pi must type a password", "picluster sudo pi4a"]),
        ({"cmdline_path": None}, ["no /boot/firmware/cmdline.txt", "findmnt"]),
        ({"has_root_argument": False}, ["/boot/firmware/cmdline.txt has no root= argument"]),
    ],
    ids=str,
)
def test_each_reason_alone(changes: dict[str, object], parts: list[str]) -> None:
    (reason,) = refusals(DECLARED, replace(GOOD, **changes))  # type: ignore[arg-type]
    for part in parts:
        assert part in reason


def test_all_reasons_at_once() -> None:
    found = replace(
        GOOD, memory_mb=4096, codename="bullseye", skew_seconds=60.0, sudo=False, cmdline_path=None
    )
    assert len(refusals(DECLARED, found)) == 5


def test_what_is_no_pi_is_not_measured() -> None:
    found = replace(GOOD, is_pi=False, model=None, memory_mb=4096)
    assert len(refusals(DECLARED, found)) == 1
