"""The plan of a cluster, together with what its stacks ask for; no board is contacted."""

from pathlib import Path

from picluster import project
from picluster.plan.config import ClusterConfig
from picluster.plan.plan import Plan, make_plan


def checked_plan(config: ClusterConfig, root: Path | None = None) -> Plan:
    """The plan, where nothing speaks against a deploy of it.

    + root: the project's folder, from which paths of compose files count; None looks for it where
      there is a stack, so that a file without stacks is planned outside a checkout, too

    Raises PlanError for boards that cannot carry what is asked, TakenPortError for stacks that
    publish ports of the cluster's own, NotInProjectError where there is a stack and no project.
    """
    plan = make_plan(config)
    if config.stacks:
        # Only here: whoever has no stacks need not wait for the reader of YAML.
        from picluster.compose_files import refuse_taken_ports

        refuse_taken_ports(config, plan, root or project.root())
    return plan
