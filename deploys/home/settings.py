"""The files of the home page deploy, made from the plan."""

from collections.abc import Sequence

from deploys.home import page, server
from deploys.home.picture import rack_picture
from picluster.plan import started_note
from picluster.plan.config import ClusterConfig
from picluster.plan.node import Node
from picluster.plan.plan import Plan
from picluster.plan.tree import Entry, file

PACKAGES = ["bash", "nginx"]
FOLDER = "/etc/picluster-home"
NGINX_CONF = f"{FOLDER}/nginx.conf"
PAGE = f"{FOLDER}/page"
UNIT = "picluster-home.service"
UNIT_FILE = f"/etc/systemd/system/{UNIT}"
DEBIANS_UNIT_FILE = "/etc/systemd/system/nginx.service.d/picluster.conf"
HEADER = "# Written by PiCluster; the next deploy puts back what is changed here by hand.\n"

UNITS = {UNIT: [UNIT_FILE, NGINX_CONF]}
"""Each unit, and what it reads when it starts: its own file the first."""

_STATIC = ("figures.js", "icon.svg", "style.css")
PATHS = sorted(
    {UNIT_FILE, DEBIANS_UNIT_FILE, NGINX_CONF, f"{PAGE}/index.html", f"{PAGE}/rack.svg"}
    | {f"{PAGE}/{name}" for name in _STATIC}
)
"""All that is written."""

UNWANTED = [UNIT_FILE, DEBIANS_UNIT_FILE, FOLDER]
"""All of it, with the folder that is ours alone; gone where the page is not."""


def files(cluster: ClusterConfig, plan: Plan, node: Node) -> list[Entry]:
    """What the board of the home page gets."""
    wished = {name for name in _STATIC if cluster.thermal.enabled or not name.endswith(".js")}
    contents = {
        UNIT_FILE: HEADER + _unit(cluster, node),
        DEBIANS_UNIT_FILE: HEADER + _DEBIANS_UNIT,
        NGINX_CONF: HEADER + server.configuration(cluster, node, PAGE),
        f"{PAGE}/index.html": page.page(cluster, plan),
        f"{PAGE}/rack.svg": rack_picture(cluster, plan),
        **{
            f"{PAGE}/{name}": (page.FOLDER / name).read_text(encoding="utf-8")
            for name in sorted(wished)
        },
    }
    return [file(path, content) for path, content in contents.items()]


def digests(entries: Sequence[Entry]) -> dict[str, str]:
    """What each unit notes at its start of these files; the page it reads at each request."""
    content = {entry.path: entry.content for entry in entries}
    return {unit: started_note.digest(paths, content) for unit, paths in UNITS.items()}


# Debian's package would serve a page of its own at each boot, on the same port.
_DEBIANS_UNIT = f"""[Unit]
ConditionPathExists=!{NGINX_CONF}
"""


def _unit(cluster: ClusterConfig, node: Node) -> str:
    port = cluster.home.port
    # Linux lets only root listen below 1024 (ip(7)), or who has this capability.
    capabilities = "CAP_NET_BIND_SERVICE" if port < 1024 else ""
    return f"""[Unit]
Description=The cluster's home page
# The address it listens at may come late, from a router that boots as well.
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
# Debian's user of web servers, which every system has.
User=www-data
Group=www-data
AmbientCapabilities={capabilities}
CapabilityBoundingSet={capabilities}
NoNewPrivileges=yes
ProtectSystem=full
ProtectHome=yes
RuntimeDirectory={server.RUN.removeprefix("/run/")}
# The last figures of a board that is silent outlive a restart.
RuntimeDirectoryPreserve=restart
{started_note.exec_start_pre(UNITS[UNIT])}
ExecStartPre=/usr/bin/install -d {server.RUN}/boards
ExecStart=/usr/sbin/nginx -e stderr -c {NGINX_CONF}
ExecStartPost=/bin/bash -c 'until : </dev/tcp/{node.address}/{port}; do sleep 0.2; done 2>/dev/null'
ExecReload=/bin/kill -HUP $MAINPID
TimeoutStartSec=60
Restart=always
RestartSec=5

[Install]
WantedBy=multi-user.target
"""
