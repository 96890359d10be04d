"""HDFS of the cluster that the project means."""

from picluster import project
from picluster.inventory import config_in_use
from picluster.plan.load import load_config
from picluster.plan.plan import Plan, make_plan
from picluster.webhdfs.client import WebHdfs


def own_hdfs() -> tuple[WebHdfs, Plan]:
    """HDFS as the user of the boards sees it, and the plan. Raises UserError."""
    config = load_config(config_in_use(project.root())[0])
    plan = make_plan(config)
    return WebHdfs.of(config, plan), plan
