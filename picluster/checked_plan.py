"""The plan of a cluster, together with what its stacks ask for; no board is contacted."""

from pathlib import Path

from picluster.plan.config import ClusterConfig
from picluster.plan.plan import Plan, make_plan


def checked_plan(config: ClusterConfig, root: Path) -> Plan:
    """The plan, where nothing speaks against a deploy of it.

    + root: the project's folder, from which paths of compose files count

    Raises PlanError for boards that cannot carry what is asked, TakenPortError for stacks that
    publish ports of the cluster's own.
    """
    plan = make_plan(config)
    if config.stacks:
        # Only here: whoever has no stacks need not wait for the reader of YAML.
        from picluster.compose_files import refuse_taken_ports

        refuse_taken_ports(config, plan, root)
    return plan
