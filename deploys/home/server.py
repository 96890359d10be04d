"""The web server of the home page: nginx with settings of its own, none of Debian's."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from picluster.plan import home
from picluster.plan.config import ClusterConfig
from picluster.plan.node import Node

RUN = "/run/picluster-home"
"""In memory: the figures, and what nginx puts down while it takes them."""

FIGURE_BYTES = 1024
"""The most that a board may hand in; a look of the watch takes about 150."""

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    # Not HTML; filled in are addresses, numbers and names for which cluster.toml was checked.
    autoescape=False,  # noqa: S701
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def configuration(cluster: ClusterConfig, node: Node, page: str) -> str:
    """The text of nginx.conf.

    + node: the board that serves the page
    + page: the folder that it serves
    """
    return _templates.get_template("nginx.conf").render(
        listen=f"{node.address}:{cluster.home.port}",
        page=page,
        run=RUN,
        figures=home.FIGURES,
        bytes=FIGURE_BYTES,
        boards=cluster.nodes if cluster.thermal.enabled else (),
    )
