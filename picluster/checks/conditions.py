"""Why a check has nothing to ask."""

from collections.abc import Callable

from picluster.checks.cluster import Cluster
from picluster.plan.daemons import HadoopRole

Condition = Callable[[Cluster], str | None]


def first(*conditions: Condition) -> Condition:
    """The first reason that holds."""

    def reason(cluster: Cluster) -> str | None:
        return next((found for one in conditions if (found := one(cluster))), None)

    return reason


def nobody(cluster: Cluster) -> str | None:
    """No board answers."""
    return None if cluster.logins else "not asked: no board answers"


def hdfs_is_off(cluster: Cluster) -> str | None:
    """There is no HDFS."""
    return None if cluster.config.hdfs.enabled else _off("hdfs")


def yarn_is_off(cluster: Cluster) -> str | None:
    """There is no YARN."""
    return None if cluster.config.yarn.enabled else _off("yarn")


def spark_is_off(cluster: Cluster) -> str | None:
    """There is no Spark."""
    return None if cluster.plan.spark is not None else _off("spark")


def portainer_is_off(cluster: Cluster) -> str | None:
    """There is no Portainer."""
    return None if cluster.config.portainer.enabled else _off("portainer")


def home_is_off(cluster: Cluster) -> str | None:
    """There is no home page."""
    return None if cluster.config.home.enabled else _off("home")


def silent(role: HadoopRole) -> Condition:
    """The board with this role does not answer."""

    def reason(cluster: Cluster) -> str | None:
        name = cluster.plan.only(role)
        return board_is_silent(cluster, name) if name is not None else None

    return reason


def board_is_silent(cluster: Cluster, name: str) -> str | None:
    """This board does not answer."""
    return f"not asked: no SSH login on {name}" if name in cluster.silent else None


def _off(section: str) -> str:
    return f"off in cluster.toml: enabled = false under [{section}]"
