"""Clusters to draw."""

from picluster.plan.config import ClusterConfig
from tests.unit.plan.clusters import cluster

_LONG = "a-board-whose-owner-gave-it-the-longest-name-that-a-host-can-ha"
_SMALL = {"model": "3B+", "memory_gb": 1}
_OFF = {"enabled": False}

CLUSTERS: dict[str, ClusterConfig] = {
    "one": cluster({"model": "5", "memory_gb": 8}),
    "one, one replica, medium": cluster({"memory_gb": 8}, spark={"executor": "medium"}),
    "three": cluster({"memory_gb": 8}, {}, _SMALL),
    "seven": cluster({"memory_gb": 8}, {"memory_gb": 4}, {}, {}, _SMALL, _SMALL, _SMALL),
    "forty": cluster(
        {"name": _LONG, "memory_gb": 8},
        *[{"name": f"{_LONG[:-3]}-{number}", "memory_gb": 4} for number in range(10, 20)],
        *[{"memory_gb": 4}] * 9,
        *[_SMALL] * 10,
        *[{"model": "Zero 2 W", "memory_gb": 0.5}] * 5,
        *[{"model": "CM5 Lite", "memory_gb": 16}] * 5,
        subnet="100.100.0.0/16",
        network={"subnet": "100.100.0.0/16", "gateway": "100.100.200.201"},
        mirror={"enabled": True},
    ),
    "without Spark": cluster({"memory_gb": 4}, {}, spark=_OFF),
    "HDFS alone": cluster({}, _SMALL, yarn=_OFF, spark=_OFF),
    "without Hadoop": cluster({}, hdfs=_OFF, yarn=_OFF, spark=_OFF, portainer=_OFF),
    "client mode alone": cluster({"memory_gb": 4}),
    "cluster mode alone": cluster({}, {}, {}, {}),
}
