"""yarn-site.xml and capacity-scheduler.xml. Reasons and sources: docs/hadoop-settings.md."""

from picluster.plan import hadoop_paths as paths
from picluster.plan import hadoop_ports as ports
from picluster.plan.hadoop_daemons import GROUP, MAPRED_USER, YARN_USER
from picluster.plan.hadoop_xml import CLIENT, Reader, Setting, settings_of
from picluster.plan.hdfs_directories import LOGS
from picluster.plan.node import Node
from picluster.plan.plan import Plan
from picluster.plan.thermal_section import Thermal

ADMINISTRATORS = f"{YARN_USER},{MAPRED_USER},root {GROUP}"

LARGEST_CONTAINER_MB = 64 << 10
"""Above every board's memory, so no limit: the ResourceManager takes the largest NodeManager that
it has. With that one's size here it would restart when the size changes."""

CONTAINER_ENVIRONMENT = "JAVA_HOME,HADOOP_HOME,HADOOP_CONF_DIR,PATH,LANG,TZ,MALLOC_ARENA_MAX"
EXPIRY_MS = 90_000
RETRY_MS = 3000
LOG_SECONDS = 7 * 24 * 3600
THREADS = 8
HEALTH_MS = 60_000
"""Until a health script that does not end makes its node unhealthy: it takes milliseconds, and a
board that is merely busy must not lose its containers' place for it."""


_SERVERS: frozenset[Reader] = frozenset({"resourcemanager", "nodemanager", "historyserver"})


def yarn_settings(plan: Plan, node: Node, thermal: Thermal) -> list[Setting]:
    """Those of yarn-site.xml of a node, of all readers."""
    master = plan.only("resourcemanager")
    history = plan.only("historyserver")
    return [
        *settings_of({*_SERVERS, CLIENT}, {"yarn.resourcemanager.hostname": master}),
        *settings_of(_SERVERS, {"yarn.acl.enable": True, "yarn.admin.acl": ADMINISTRATORS}),
        *settings_of({*_SERVERS, CLIENT}, {"yarn.log-aggregation-enable": True}),
        *settings_of(
            {"nodemanager", "historyserver", CLIENT}, {"yarn.nodemanager.remote-app-log-dir": LOGS}
        ),
        *settings_of(
            {"nodemanager", "historyserver"}, {"yarn.log-aggregation.retain-seconds": LOG_SECONDS}
        ),
        *settings_of(
            {"resourcemanager", "nodemanager"},
            {
                "yarn.log.server.url": f"http://{history}:{ports.HISTORY_HTTP}/jobhistory/logs",
                "yarn.nm.liveness-monitor.expiry-interval-ms": EXPIRY_MS,
            },
        ),
        *settings_of(
            {"nodemanager", "historyserver", CLIENT},
            {"yarn.resourcemanager.connect.retry-interval.ms": RETRY_MS},
        ),
        *_resourcemanager(plan, node),
        *_nodemanager(plan, node),
        *(_health(thermal) if thermal.enabled else []),
        *settings_of(
            {CLIENT}, {"yarn.application.classpath": f"{paths.CLIENT},{paths.LINK}/lib/*"}
        ),
    ]


def _resourcemanager(plan: Plan, node: Node) -> list[Setting]:
    prefix = "yarn.resourcemanager"
    return settings_of(
        {"resourcemanager"},
        {
            "yarn.scheduler.minimum-allocation-mb": plan.min_container_mb,
            "yarn.scheduler.maximum-allocation-mb": LARGEST_CONTAINER_MB,
            f"{prefix}.recovery.enabled": True,
            f"{prefix}.fs.state-store.uri": f"file://{paths.application_folder(node)}",
            f"{prefix}.nodes.include-path": paths.YARN_HOSTS,
            f"{prefix}.nodes.exclude-path": paths.YARN_EXCLUDE,
            f"{prefix}.client.thread-count": THREADS,
            f"{prefix}.scheduler.client.thread-count": THREADS,
            f"{prefix}.resource-tracker.client.thread-count": THREADS,
            f"{prefix}.amlauncher.thread-count": THREADS,
            f"{prefix}.max-completed-applications": 100,
            "yarn.webapp.enable-rest-app-submissions": False,
            f"{prefix}.webapp.ui-actions.enabled": False,
        },
    )


def _nodemanager(plan: Plan, node: Node) -> list[Setting]:
    planned = plan.node(node.name)
    prefix = "yarn.nodemanager"
    health = f"{prefix}.disk-health-checker"
    return settings_of(
        {"nodemanager"},
        {
            f"{prefix}.hostname": node.name,
            f"{prefix}.address": f"${{yarn.nodemanager.hostname}}:{ports.NODEMANAGER_RPC}",
            f"{prefix}.resource.memory-mb": planned.yarn_mb,
            f"{prefix}.resource.cpu-vcores": planned.vcores,
            f"{prefix}.recovery.enabled": True,
            f"{prefix}.recovery.supervised": True,
            f"{prefix}.recovery.dir": paths.recovery_folder(node),
            f"{prefix}.local-dirs": paths.container_folder(node),
            f"{prefix}.log-dirs": paths.container_log_folder(node),
            f"{prefix}.vmem-check-enabled": False,
            f"{prefix}.aux-services": "mapreduce_shuffle",
            f"{prefix}.env-whitelist": CONTAINER_ENVIRONMENT,
            f"{prefix}.container-manager.thread-count": 5,
            f"{prefix}.localizer.cache.target-size-mb": 512,
            f"{health}.max-disk-utilization-per-disk-percentage": 97,
        },
    )


def _health(thermal: Thermal) -> list[Setting]:
    prefix = "yarn.nodemanager.health-checker"
    return settings_of(
        {"nodemanager"},
        {
            f"{prefix}.scripts": "thermal",
            f"{prefix}.thermal.path": paths.THERMAL_HEALTH,
            f"{prefix}.interval-ms": thermal.interval_seconds * 1000,
            f"{prefix}.timeout-ms": HEALTH_MS,
        },
    )


def capacity_settings() -> list[Setting]:
    """Those of capacity-scheduler.xml: one queue for all."""
    prefix = "yarn.scheduler.capacity"
    calculator = "org.apache.hadoop.yarn.util.resource.DominantResourceCalculator"
    return settings_of(
        {"resourcemanager"},
        {
            f"{prefix}.root.queues": "default",
            f"{prefix}.root.default.capacity": 100,
            f"{prefix}.maximum-am-resource-percent": 0.5,
            f"{prefix}.resource-calculator": calculator,
        },
    )
