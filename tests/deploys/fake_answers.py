"""What a blank and what a converged board would answer: text for pyinfra's @fake connector."""

import base64
import hashlib
import runpy
import time
from collections.abc import Iterable, Sequence
from typing import Any

from deploys.base import settings
from deploys.home import settings as home_settings
from deploys.mirror import settings as mirror_settings
from picluster.lab.fleet import MEMTOTAL_KB, REVISIONS
from picluster.plan.config import ClusterConfig
from picluster.plan.firmware_settings import with_settings
from picluster.plan.node import Node
from picluster.plan.plan import make_plan
from picluster.plan.tree import Entry, file
from tests.deploys.fake_engines import docker_and_swarm
from tests.deploys.fake_hadoop import hadoop
from tests.deploys.fake_portainer import stacks_and_portainer
from tests.deploys.fake_thermal import thermal
from tests.deploys.fresh import Fresh

LINE = "console=tty1 root=PARTUUID=4f69e1d8-02 rootwait"
CONFIG = "arm_64bit=1\n[all]\n"
FIRMWARE = {"gpu_mem": "16"}
CHOICES = runpy.run_path("group_data/all.py")
MODULES: list[str] = CHOICES["kernel_modules"]
PARAMETERS: dict[str, str] = CHOICES["kernel_parameters"]
_NO_SERVICES = "\n".join(
    [
        "systemd=1",
        *(
            f"unit{n}_activestate=inactive\nunit{n}_unitfilestate=\nunit{n}_needdaemonreload=no\n"
            f"unit{n}_invocationid=\nunit{n}_fragmentpath=\nunit{n}_dropinpaths=\nunit{n}_record="
            for n in range(len(mirror_settings.UNITS))
        ),
    ]
)


def _file(text: str | None) -> str:
    return "" if text is None else ":" + base64.b64encode(text.encode()).decode()


def _numbers(numbers: Iterable[int]) -> str:
    return " ".join(map(str, numbers))


class Answers:
    """The canned answers of one board."""

    def __init__(self, node: Node, cluster: ClusterConfig, *, converged: bool) -> None:
        self._node, self._cluster, self._converged = node, cluster, converged

    def by_command(self) -> dict[str, Any]:
        """Answer by a part of the command; the first part that a command holds counts."""
        return {
            f"set -- {settings.APT_CONFIG}": self._tree(
                [settings.hosts_file(self._cluster)],
                settings.unwanted_apt_files(self._cluster),
            ),
            "set -- /etc/modules-load.d": self._tree(self._system_files()),
            "module 'overlay'": "\n".join([*(f"module={m} 1 1" for m in MODULES), "end=1"]),
            "report_file sysctl_0": self._sysctls(),
            **thermal(self._node, self._cluster, self._tree, converged=self._converged),
            **hadoop(
                self._node,
                self._cluster,
                make_plan(self._cluster),
                self._tree,
                converged=self._converged,
            ),
            **docker_and_swarm(self._node, self._cluster, self._tree, converged=self._converged),
            **stacks_and_portainer(self._node, self._cluster, converged=self._converged),
            # The example has no mirror.
            f"set -- {min(mirror_settings.PATHS)}": self._tree([], mirror_settings.PATHS),
            "FragmentPath,DropInPaths": _NO_SERVICES,
            "dpkg-query -W": self._packages(),
            # The facts of one KEY=VALUE form share an answer: each takes the keys that it knows.
            "export LC_ALL=C": Fresh(self._state),
        }

    def _system_files(self) -> list[Entry]:
        entries = settings.system_files(MODULES, PARAMETERS, CHOICES["watchdog_timeout"])
        listed = "".join(f"{path}\n" for path in sorted(entry.path for entry in entries))
        return [*entries, file(settings.MANIFEST, listed)]

    def _tree(
        self, entries: list[Entry], stale: Sequence[str] = (), asked: Sequence[str] = ()
    ) -> str:
        """The tree fact's answer about these entries, and about paths that no board has.

        + asked: all of them in the order in which the fact was asked, where that is another one
        """
        paths = list(asked) or sorted([*(entry.path for entry in entries), *stale])
        wished = {entry.path: entry for entry in entries} if self._converged else {}
        found = [n + 1 for n, path in enumerate(paths) if path in wished]
        absent = [n + 1 for n, path in enumerate(paths) if path not in wished]
        files = [n for n in found if wished[paths[n - 1]].kind == "file"]
        kinds = {"file": 0o100000, "directory": 0o040000}
        there = [wished[paths[n - 1]] for n in found]
        return "\n".join(
            [
                f"found= {_numbers(found)}",
                *(f"stat={kinds[e.kind] | int(e.mode, 8):x} 0 {e.user} 0 {e.group}" for e in there),
                f"absent= {_numbers(absent)}",
                *["why=No such file or directory"] * len(absent),
                f"files= {_numbers(files)}",
                *(
                    f"sha256={hashlib.sha256(wished[paths[n - 1]].content).hexdigest()}"
                    for n in files
                ),
                *("links=", "targets=", "closed="),
            ]
        )

    def _sysctls(self) -> str:
        values = PARAMETERS.values() if self._converged else ["0"] * len(PARAMETERS)
        return "\n".join(
            [*(f"sysctl_{n}={_file(value)}" for n, value in enumerate(values)), "end=1"]
        )

    def _packages(self) -> str:
        names = [*CHOICES["packages"], *home_settings.PACKAGES] if self._converged else []
        lines = [f"package={name} arm64 installed ok 1.0-1" for name in names]
        return "\n".join([*lines, "known=400", "broken=0", "updates=0", "policy=0"])

    def _state(self) -> str:
        node, done = self._node, self._converged
        arguments = f"{LINE} cgroup_enable=memory" if done else LINE
        config = with_settings(CONFIG, FIRMWARE) if done else CONFIG
        zone = self._cluster.cluster.timezone if done else "Europe/London"
        values = {
            "sudo": "1", "user": "pi", "name": "", "compatible": "", "sdram": "", "serial": "",
            "revision": "", "cpu_revision": REVISIONS[node.model, node.memory_mb], "cpu_name": "",
            "cpu_serial": "10000000325a0010", "memory": str(MEMTOTAL_KB[node.memory_mb]),
            "mac": "dc:a6:32:5a:00:10", "machine": "aarch64", "architecture": "arm64",
            "page_size": "4096", "release": _file("ID=debian\nVERSION_CODENAME=bookworm\n"),
            "hostname": node.name if done else "raspberrypi",
            "static_hostname": _file(node.name if done else "raspberrypi"),
            "localtime": f"/usr/share/zoneinfo/{zone}", "swap": "dphys-swapfile",
            "watchdog_vendor": "0", "watchdog_usec": "15s" if done else "0", "cloud_init": "0",
            "cloud_init_disabled": "0", "cloud_init_status": "", "preserve": "",
            "user_data_sets_names": "",
            "boot_id": "5d2c", "cmdline_path": "/boot/firmware/cmdline.txt",
            "cmdline": _file(arguments + "\n"), "running": _file(arguments + "\n"),
            "config_path": "/boot/firmware/config.txt", "config": _file(config),
            "running_config": _file(config if done else None), "cgroup_version": "2",
            "memory_cgroup": str(int(done)), "swaps": _file("Filename\n"),
            "rpi_swap": "0", "dphys_enabled": str(int(not done)), "rpi_drop_in": "",
            "zram_config": "", "synchronized": "yes", "started": "5.0", "waited": "5.0",
            "uptime": "5.0", "called": node.name, "resolved": str(node.address),
            "date": f"{time.time():.3f}",
        }  # fmt: skip
        return "\n".join(f"{key}={value}" for key, value in values.items())
