"""The kernel fact's command on played kernels."""

from pathlib import Path

import pytest

from facts.kernel import Kernel, KernelState, sysctl_path
from tests.facts.shell import on_root, run, tool, write

MODULES = ["overlay", "br-netfilter", "vxlan", "ip_vs", "nf_conntrack", "dm_mod", "net"]
PLAYED: dict[str, str | bytes] = {
    "/proc/modules": "dm_mod 184320 0 - Live 0x0\nnet_failover 1 0 - Live 0x0\n",
    "/proc/filesystems": "nodev\tsysfs\nnodev\toverlay\n\text4\n",
    "/proc/sys/net/bridge/bridge-nf-call-iptables": "1\n",
    "/proc/sys/net/ipv4/ip_forward": "1\n",
    "/proc/sys/net/ipv4/conf/eth0.100/forwarding": "0\n",
    "/sys/module/vxlan/parameters/udp_port": "0\n",
}


def _look(root: Path, modules: list[str], sysctls: list[str]) -> KernelState:
    tools = tool(root / "bin", "modprobe", "case $* in *ip_vs) exit 0 ;; esac; exit 1")
    fact = Kernel()
    command = on_root(fact.command(modules=modules, sysctls=sysctls), root)
    return fact.process(run(command, tools=tools))


def test_modules(tmp_path: Path) -> None:
    found = _look(write(tmp_path, PLAYED), MODULES, [])
    there = [name for name, loaded in found["modules"].items() if loaded]
    assert there == ["overlay", "br-netfilter", "vxlan", "dm_mod"]
    assert [name for name, known in found["available"].items() if known] == [
        "overlay",
        "br-netfilter",
        "vxlan",
        "ip_vs",
        "dm_mod",
    ]


def test_sysctls(tmp_path: Path) -> None:
    keys = ["net.ipv4.ip_forward", "net/ipv4/ip_forward", "net.ipv4.conf.eth0/100.forwarding"]
    found = _look(write(tmp_path, PLAYED), [], [*keys, "vm.nope"])
    assert found["sysctls"] == {keys[0]: "1", keys[1]: "1", keys[2]: "0", "vm.nope": None}


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("vm.swappiness", "/proc/sys/vm/swappiness"),
        ("vm/swappiness", "/proc/sys/vm/swappiness"),
        ("net/ipv4/conf/eth0.100/forwarding", "/proc/sys/net/ipv4/conf/eth0.100/forwarding"),
    ],
)
def test_sysctl_path(key: str, path: str) -> None:
    assert sysctl_path(key) == path


def test_this_machine() -> None:
    fact = Kernel()
    found = fact.process(run(fact.command(modules=["nope_nope"], sysctls=["kernel.ostype"])))
    assert found["sysctls"] == {"kernel.ostype": "Linux"}
    assert found["modules"] == {"nope_nope": False}
