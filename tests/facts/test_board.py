"""The board fact's command on played boards, and names of models."""

from pathlib import Path

import pytest

from facts.board import BoardState, PiBoard
from facts.identity import model_of_text
from picluster.plan.boards import MODELS
from tests.facts.shell import on_root, run, tool, write

CPUINFO = """processor\t: 0
BogoMIPS\t: 38.40
CPU implementer\t: 0x41
CPU part\t: 0xd03
CPU revision\t: 4

Hardware\t: BCM2835
Revision\t: a020d3
Serial\t\t: 000000004fea7bcb
Model\t\t: Raspberry Pi 3 Model B Plus Rev 1.3
"""
MEMINFO = "MemTotal:         931400 kB\nMemFree:          100000 kB\n"
TREE = "/proc/device-tree"


def _look(root: Path) -> BoardState:
    tools = tool(root / "bin", "dpkg", "echo arm64")
    tool(tools, "uname", "echo aarch64")
    tool(tools, "getconf", "echo 4096")
    return PiBoard().process(run(on_root(PiBoard().command(), root), tools=tools))


def test_by_cpuinfo(tmp_path: Path) -> None:
    write(tmp_path, {"/proc/cpuinfo": CPUINFO, "/proc/meminfo": MEMINFO})
    write(tmp_path, {"/sys/class/net/eth0/address": "b8:27:eb:4f:ea:7b\n"})
    assert _look(tmp_path) == {
        "is_pi": True,
        "revision": "a020d3",
        "model": "3B+",
        "title": "Raspberry Pi 3 Model B Plus",
        "memory_mb": 1024,
        "memory_total_kb": 931400,
        "serial": "000000004fea7bcb",
        "mac": "b8:27:eb:4f:ea:7b",
        "machine": "aarch64",
        "architecture": "arm64",
        "page_size": 4096,
    }


def test_by_device_tree(tmp_path: Path) -> None:
    route = "Iface\tDestination\nwlan0\t0000A8C0\nwlan0\t00000000\t0101A8C0\n"
    write(
        tmp_path,
        {
            f"{TREE}/system/linux,revision": bytes.fromhex("00f03115"),
            f"{TREE}/compatible": b"raspberrypi,4-model-b\0brcm,bcm2711\0",
            f"{TREE}/model": b"Raspberry Pi 4 Model B Rev 1.5\0",
            f"{TREE}/chosen/rpi-sdram-size-gbit": bytes.fromhex("00000018"),
            f"{TREE}/serial-number": b"10000000abcdef01\0",
            "/proc/cpuinfo": CPUINFO,
            "/proc/meminfo": MEMINFO.replace(" 931400", "2900000"),
            "/proc/net/route": route,
            "/sys/class/net/wlan0/address": "dc:a6:32:00:00:01\n",
        },
    )
    board = _look(tmp_path)
    assert (board["revision"], board["model"], board["memory_mb"]) == ("f03115", "4B", 3072)
    assert (board["serial"], board["mac"]) == ("10000000abcdef01", "dc:a6:32:00:00:01")


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    cpuinfo = CPUINFO.encode().replace(b"3 Model B Plus", b"3 \xff\xfe Model B Plus")
    write(tmp_path, {"/proc/cpuinfo": cpuinfo, "/proc/meminfo": MEMINFO})
    assert _look(tmp_path)["model"] == "3B+"


def test_this_machine() -> None:
    assert PiBoard().process(run(PiBoard().command()))["memory_total_kb"] > 0


@pytest.mark.parametrize("model", MODELS.values(), ids=list(MODELS))
def test_every_title_is_found(model: object) -> None:
    title = getattr(model, "title", "")
    assert model_of_text(title) is model
    assert model_of_text(f"{title} Rev 1.2") is model


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Raspberry Pi 5 Model B Rev 1.0", "5"),
        ("Raspberry Pi 500 Rev 1.0", "500"),
        ("Raspberry Pi 500+ Rev 1.0", "500+"),
        ("Raspberry Pi 3 Model B Plus Rev 1.3", "3B+"),
        ("Raspberry Pi Model B Plus Rev 1.2", "B+"),
        ("Raspberry Pi Compute Module 4S Rev 1.0", "CM4S"),
        ("Raspberry Pi 6 Model B Rev 1.0", None),
        ("Firefly", None),
        ("", None),
    ],
)
def test_names_of_device_trees(text: str, name: str | None) -> None:
    model = model_of_text(text)
    assert (model.name if model else None) == name
