"""What people do by hand: files edited and in force, files deleted, a lock held."""

from tests.lab.faults import looks, places
from tests.lab.faults.fault import Fault, one_run

NODEMANAGER = "/etc/hadoop/nodemanager/yarn-site.xml"
ROLL = "Docker | Upgrade or restart Docker, one board at a time"
HOSTS = "Base | Write /etc/hosts and apt's proxy"

FAULTS = [
    Fault(
        "a NodeManager's settings edited by hand, and in force",
        places.on(
            "pi2a",
            f"sed -i 's,\\(memory-mb</name><value>\\)[0-9]*,\\1384,' {NODEMANAGER} && "
            f"grep -q '<value>384<' {NODEMANAGER} && "
            "systemctl restart yarn-nodemanager",
        ),
        looks.check("yarn-nodes", "the NodeManager of pi2a offers 384 MiB.*"),
        one_run({"YARN | Write YARN's settings": "pi2a", "YARN | Restart the NodeManager": "pi2a"}),
        within=150,
    ),
    Fault(
        "an engine's settings edited by hand, and in force",
        places.on(
            "pi1a",
            'sed -i \'s/"10m"/"99m"/\' /etc/docker/daemon.json && systemctl restart docker',
        ),
        looks.announced(ROLL, "pi1a"),
        one_run(
            {
                "Docker | Write Docker's settings": "pi1a",
                ROLL: "pi1a",
            }
        ),
        within=150,
    ),
    Fault(
        "a deleted /etc/hosts",
        places.on("pi1a", "rm /etc/hosts"),
        looks.check("names", "^on pi1a: pi8 leads to nothing"),
        one_run({HOSTS: "pi1a"}),
    ),
    Fault(
        "the NameNode is stopped and disabled",
        places.on("namenode", "systemctl disable --now hdfs-namenode"),
        looks.check("hdfs-safe-mode", "connection refused.*"),
        one_run({"HDFS | Start the NameNode": "pi8"}),
        within=150,
    ),
    Fault(
        "a worker left the Swarm by hand",
        places.on("pi1a", "docker swarm leave --force"),
        looks.check("swarm-nodes", "^pi1a is (not|down) in the Swarm.*"),
        one_run(),
        within=150,
    ),
]
