"""The picture on the home page."""

from picluster.pictures.rack import rack
from picluster.plan.config import ClusterConfig
from picluster.plan.plan import Plan


def rack_picture(cluster: ClusterConfig, plan: Plan) -> str:
    """The rack with its boards, as the text of an SVG file."""
    return rack(cluster, plan)
