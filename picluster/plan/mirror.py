"""The caches of images and packages: where they are, who uses them, and what they are told."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from picluster.plan import layout
from picluster.plan.config import ClusterConfig
from picluster.plan.node import Node

REGISTRY_PORT = 5000
APT_PORT = 3142
FETCH_PORT = 5001
"""Of the board's address for itself, where the registry asks."""

DEFAULT_FOLDER = "/var/cache/picluster-mirror"
CONNECT_SECONDS = 1


def is_mirror(config: ClusterConfig, node: Node) -> bool:
    """Whether this node keeps the caches."""
    return config.mirror.enabled and layout.mirror(config) == node.name


def registry_mirrors(config: ClusterConfig) -> tuple[str, ...]:
    """URLs that each engine asks for images of Docker Hub before it, in this order."""
    own = [f"http://{_address(config)}:{REGISTRY_PORT}"] if config.mirror.enabled else []
    return tuple(dict.fromkeys([*own, *config.docker.registry_mirrors]))


def apt_proxies(config: ClusterConfig) -> tuple[str, ...]:
    """URLs that apt takes packages through, the first that answers; none of them, and it goes to
    the Internet.
    """
    own = [f"http://{_address(config)}:{APT_PORT}"] if config.mirror.enabled else []
    declared = [config.system.apt_proxy] if config.system.apt_proxy else []
    return tuple(dict.fromkeys([*own, *declared]))


def _address(config: ClusterConfig) -> str:
    name = layout.mirror(config)
    return next(str(node.address) for node in config.nodes if node.name == name)


def folder(node: Node) -> str:
    """Where the caches lie: on the disk for data where the node has one."""
    return DEFAULT_FOLDER if node.storage is None else f"{node.storage}/picluster-mirror"


def unwanted_folders(config: ClusterConfig, node: Node) -> list[str]:
    """Where caches lay before, when the role or the disk was another one."""
    kept = {folder(node)} if is_mirror(config, node) else set()
    return sorted({DEFAULT_FOLDER, folder(node)} - kept)


def registry_settings(node: Node) -> str:
    """Settings of Debian's docker-registry as a pull-through cache, which keeps things for a week.

    It has no password and takes no images: who could write there would choose what boards run.
    """
    return f"""\
version: 0.1
log:
  level: warn
  accesslog:
    disabled: true
storage:
  filesystem:
    rootdirectory: {folder(node)}/registry
  delete:
    enabled: true
http:
  addr: {node.address}:{REGISTRY_PORT}
proxy:
  remoteurl: http://127.0.0.1:{FETCH_PORT}
"""


def apt_settings(node: Node, upstream: str | None) -> str:
    """Settings of apt-cacher-ng, the whole of its folder.

    + upstream: URL of the cache that it asks itself

    Without ReportPage there is no page for administration, and the rest of Debian's settings is
    for other distributions.
    """
    lines = [
        f"CacheDir: {folder(node)}/apt",
        f"LogDir: {folder(node)}/apt-log",
        "SupportDir: /usr/lib/apt-cacher-ng",
        f"BindAddress: {node.address}",
        f"Port: {APT_PORT}",
        # Only errors: one line for each package would wear out a card.
        "VerboseLog: 0",
    ]
    if upstream is not None:
        # A cache that does not answer is left out, as boards do.
        lines += [f"Proxy: {upstream}", "OptProxyTimeout: 3"]
    return "".join(f"{line}\n" for line in lines)


def apt_proxy_script(proxies: Iterable[str]) -> str:
    """The program that apt asks for its proxy (apt.conf(5), Proxy-Auto-Detect)."""
    tries = "".join(
        f"try '{parts.hostname}' {parts.port or _DEFAULT_PORT[parts.scheme]} '{url}'\n"
        for url in proxies
        for parts in [urlsplit(url)]
    )
    return f"""\
try() {{
  if timeout {CONNECT_SECONDS} bash -c ': </dev/tcp/$0/$1' "$1" "$2" 2>/dev/null; then
    echo "$3"
    exit
  fi
}}
{tries}echo DIRECT
"""


_DEFAULT_PORT = {"http": 80, "https": 443}
