"""kill -9 of each daemon: systemd, or the Swarm, starts it again."""

from tests.lab.faults import looks, places
from tests.lab.faults.fault import Fault, Look, Step, by_itself, by_itself_but_agents
from tests.lab.faults.places import PORTAINER

AGENT = "portainer-agent_agent"
SERVER = "portainer_server"


def kill(where: str, unit: str) -> Step:
    """SIGKILL for the main process of a unit."""
    return places.on(where, f"kill -9 $(systemctl show -p MainPID --value {unit})")


def kill_container(where: str, service: str) -> Step:
    """SIGKILL for the processes of a service's container, past the engine."""
    return places.on(
        where,
        f"kill -9 $(docker inspect -f '{{{{.State.Pid}}}}' $(docker ps -q -f name={service}))",
    )


def silent(title: str, board: str = r"\w+") -> Look:
    """The check misses a daemon's page."""
    return looks.check("daemons", f"^{title} on {board} does not answer on its page")


FAULTS = [
    Fault(
        "kill -9 of the NameNode",
        kill("namenode", "hdfs-namenode"),
        silent("NameNode"),
        by_itself(),
        within=150,
    ),
    Fault(
        "kill -9 of the SecondaryNameNode",
        kill("secondarynamenode", "hdfs-secondarynamenode"),
        silent("SecondaryNameNode"),
        by_itself(),
    ),
    Fault(
        "kill -9 of a DataNode",
        kill("pi1a", "hdfs-datanode"),
        silent("DataNode", "pi1a"),
        by_itself(),
    ),
    Fault(
        "kill -9 of the ResourceManager",
        kill("resourcemanager", "yarn-resourcemanager"),
        silent("ResourceManager"),
        by_itself(),
        within=150,
    ),
    Fault(
        "kill -9 of a NodeManager",
        kill("pi1a", "yarn-nodemanager"),
        silent("NodeManager", "pi1a"),
        by_itself(),
    ),
    Fault(
        "kill -9 of MapReduce's history server",
        kill("historyserver", "mapred-historyserver"),
        silent("MapReduce's history server"),
        by_itself(),
    ),
    Fault(
        "kill -9 of Spark's history server",
        kill("sparkhistoryserver", "spark-historyserver"),
        silent("Spark's history server"),
        by_itself(),
    ),
    Fault(
        "kill -9 of a worker's engine",
        kill("pi1a", "docker"),
        looks.check("services", r"does not (run|answer) on .*\bpi1a\b.*"),
        by_itself_but_agents(),
    ),
    Fault(
        "kill -9 of containerd",
        kill("pi1a", "containerd"),
        # Containers go on without it.
        looks.quiet(
            looks.on_board(
                "pi1a",
                "journalctl -u containerd --since -1min -o cat",
                "Main process exited, code=killed",
            )
        ),
        by_itself(),
    ),
    Fault(
        "kill -9 of Portainer's server",
        kill_container(PORTAINER, SERVER),
        looks.check("portainer", "https.*refused.*"),
        by_itself(),
    ),
    Fault(
        "kill -9 of a Portainer agent",
        kill_container("pi1a", AGENT),
        looks.check("services", f"{AGENT} does not run on pi1a"),
        by_itself(),
    ),
]
