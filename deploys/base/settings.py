"""The files and lists of the base deploy, made from the plan."""

from collections.abc import Iterable, Mapping

from facts.boot import RUNNING_CONFIG
from picluster.plan import mirror
from picluster.plan.config import ClusterConfig
from picluster.plan.tree import Entry, directory, file

MANIFEST = "/var/lib/picluster/base.paths"
APT_PROXY = "/usr/local/lib/picluster/apt-proxy"
APT_CONFIG = "/etc/apt/apt.conf.d/30-picluster-proxy"
HEADER = "# Written by PiCluster; the next deploy puts back what is changed here by hand.\n"


def hosts_file(cluster: ClusterConfig) -> Entry:
    """/etc/hosts, the same on every board: each node's name leads to its LAN address.

    There is no 127.0.1.1 line: a NameNode would listen there, where no other board reaches it.
    """
    domain = cluster.cluster.domain
    width = max(len(str(node.address)) for node in cluster.nodes)
    lines = [
        "127.0.0.1 localhost",
        "::1 localhost ip6-localhost ip6-loopback",
        "ff02::1 ip6-allnodes",
        "ff02::2 ip6-allrouters",
        "",
        *(f"{node.address!s:<{width}} {node.name}.{domain} {node.name}" for node in cluster.nodes),
    ]
    return file("/etc/hosts", HEADER + "\n".join(lines) + "\n")


def packages(chosen: Iterable[str], cluster: ClusterConfig, codename: str | None) -> list[str]:
    """The Debian packages of the base system, the owner's own among them."""
    names = [*chosen, *cluster.system.packages]
    if cluster.system.swap == "zram" and codename == "bookworm":
        names.append("systemd-zram-generator")  # trixie brings its own mechanism
    return sorted(set(names))


def system_files(
    modules: Iterable[str], parameters: Mapping[str, str], watchdog: str | None
) -> list[Entry]:
    """Settings that systemd reads at boot."""
    entries = [
        directory("/var/lib/picluster"),
        file("/etc/modules-load.d/picluster.conf", HEADER + "".join(f"{m}\n" for m in modules)),
        file(
            "/etc/sysctl.d/90-picluster.conf",
            HEADER + "".join(f"{key} = {value}\n" for key, value in parameters.items()),
        ),
        # Keeps what the firmware read at boot: config.txt may be edited later.
        file(
            "/etc/tmpfiles.d/picluster.conf",
            HEADER + f"C! {RUNNING_CONFIG} 0644 root root - /boot/firmware/config.txt\n",
        ),
    ]
    if watchdog is not None:
        entries.append(
            file(
                "/etc/systemd/system.conf.d/30-picluster-watchdog.conf",
                f"{HEADER}[Manager]\nRuntimeWatchdogSec={watchdog}\n",
            )
        )
    return entries


def apt_files(cluster: ClusterConfig) -> list[Entry]:
    """What leads apt to a cache; nothing where there is none.

    Only for http: a source behind https, such as Docker's own, stays direct.
    """
    proxies = mirror.apt_proxies(cluster)
    if not proxies:
        return []
    return [
        file(APT_PROXY, f"#!/bin/sh\n{HEADER}{mirror.apt_proxy_script(proxies)}", mode="755"),
        file(
            APT_CONFIG,
            f'{HEADER.replace("#", "//", 1)}Acquire::http::Proxy-Auto-Detect "{APT_PROXY}";\n'
            # A cache may close a connection with requests in it: apt was seen waiting for the
            # answers for ever.
            'Acquire::http::Pipeline-Depth "0";\n',
        ),
    ]


def unwanted_apt_files(cluster: ClusterConfig) -> list[str]:
    """What an earlier wish for a cache has left."""
    return [] if mirror.apt_proxies(cluster) else [APT_CONFIG, APT_PROXY]
