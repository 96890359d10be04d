"""What a blank and what a converged board would answer about its heat and power.

FAKE_HOT and FAKE_UNDERVOLTED name boards that are so since the last deploy, which found them cool;
FAKE_UNWATCHED those whose watch has not looked for an hour.
"""

import base64
import os
from collections.abc import Callable, Sequence
from typing import Any

from deploys.home import settings as home_settings
from deploys.thermal import settings
from picluster.plan import home
from picluster.plan.config import ClusterConfig
from picluster.plan.node import Node
from picluster.plan.plan import make_plan
from picluster.plan.tree import Entry

INVOCATION = "7e4a1"
_FILES = settings.UNITS | {home_settings.UNIT: home_settings.UNIT_FILE}

TreeAnswer = Callable[[list[Entry], Sequence[str], Sequence[str]], str]


def thermal(
    node: Node, cluster: ClusterConfig, tree: TreeAnswer, *, converged: bool
) -> dict[str, Any]:
    """Answer by a part of the command."""
    section = cluster.thermal
    report_to = home.figures_url(cluster, node)
    files = settings.files(node, section, "cool", report_to) if section.enabled else []
    runs = converged and section.enabled
    digests = settings.digests(files) if section.enabled else {}
    watched = dict.fromkeys(settings.UNITS, "") | digests
    here = home.is_home(cluster, node)
    page = home_settings.files(cluster, make_plan(cluster), node) if here else []
    served = converged and here
    stale = sorted(set(home_settings.PATHS) - {entry.path for entry in page})
    return {
        # The home page asks for the watch's units along with its own.
        f"'{home_settings.UNIT}'": "\n".join(
            [
                _units(home_settings.digests(page), converged=served),
                _units(watched, converged=runs, first=1),
            ]
        ),
        f"set -- {min(home_settings.PATHS)}": tree(page, stale, ()),
        "report_file applied": _band(node, converged=converged, watched=runs),
        f"set -- {min(settings.PATHS)}": tree(files, () if files else settings.PATHS, ()),
        # All units are asked for, or those that run.
        f"'{settings.LOOK}'": _units(dict.fromkeys(settings.UNITS, "") | digests, converged=runs),
        **{f"'{unit}'": _units(digests, converged=runs) for unit in digests},
    }


def _band(node: Node, *, converged: bool, watched: bool) -> str:
    hot, undervolted = _is("FAKE_HOT", node), _is("FAKE_UNDERVOLTED", node)
    sensors = {
        "celsius": "76.2" if hot else "48.3",
        "throttled": "0x50005" if undervolted else "0x0",
        "undervolted": str(int(undervolted)),
    }
    uptime = "2400" if _is("FAKE_UNWATCHED", node) else "5990"
    seen = uptime if undervolted else ""
    look = _lines(heat="hot" if hot else "cool", uptime=uptime, undervolted_uptime=seen, **sensors)
    return _lines(
        uptime="6000",
        **sensors,
        file=_content(look) if watched else "",
        applied=_content("cool") if converged else "",
    )


def _is(variable: str, node: Node) -> bool:
    return node.name in os.environ.get(variable, "").split()


def _content(text: str) -> str:
    return f":{base64.b64encode(text.encode()).decode()}"


def _units(digests: dict[str, str], *, converged: bool, first: int = 0) -> str:
    """The service fact's answer, or what follows of it.

    + first: number of the first unit
    """
    lines = [] if first else ["systemd=1"]
    for number, (unit, digest) in enumerate(digests.items(), start=first):
        values = {
            "activestate": "active" if converged else "inactive",
            "unitfilestate": "enabled" if converged else "",
            "needdaemonreload": "no",
            "invocationid": INVOCATION if converged else "",
            "fragmentpath": _FILES[unit] if converged else "",
            "dropinpaths": "",
            "record": f"{INVOCATION} {digest}" if converged and digest else "",
        }
        lines += [f"unit{number}_{key}={value}" for key, value in values.items()]
    return "\n".join(lines)


def _lines(**values: str) -> str:
    return "\n".join(f"{key}={value}" for key, value in values.items())
