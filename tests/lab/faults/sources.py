"""Where things come from: names, packages, images, archives of programs."""

from tests.lab.faults import looks, places
from tests.lab.faults.artefacts import (
    AGAIN,
    damage_offered,
    damage_tree,
    mend_here,
    remove_offered,
    truncate_here,
)
from tests.lab.faults.fault import Fault, by_itself, command, one_run

NO_NAMES = "cp /etc/resolv.conf /root/names && echo nameserver 192.0.2.1 >/etc/resolv.conf"
NAMES = "! [ -e /root/names ] || { cat /root/names >/etc/resolv.conf; rm /root/names; }"
NO_HUB = "iptables -w -I OUTPUT -d 192.168.0.0/16 -p tcp --dport {port} -j REJECT"
HUB = "iptables -w -D OUTPUT -d 192.168.0.0/16 -p tcp --dport {port} -j REJECT 2>/dev/null || :"
WITHOUT_RSYNC = "dpkg --remove --force-depends rsync >/dev/null 2>&1"
WITHOUT_IMAGE = (
    "docker rm -f $(docker ps -q -f name=treasure_web) >/dev/null; "
    "docker image ls -q busybox | sort -u | xargs docker rmi -f >/dev/null"
)

FAULTS = [
    Fault(
        "names of the Internet are not found, and nothing is needed from it",
        places.on("pi1a", NO_NAMES),
        looks.unaffected("pi1a", "timeout 20 getent hosts deb.debian.org"),
        by_itself(),
        undo=places.on("pi1a", NAMES),
    ),
    Fault(
        "names and the packages' cache are away, and a package is missing",
        places.on(
            "pi1a", f"{NO_NAMES}; {NO_HUB.format(port=3142)}; {WITHOUT_RSYNC}; apt-get clean"
        ),
        looks.run_says(r"(Temporary failure|Could not) resolv.*"),
        one_run({"Base | Install packages": "pi1a"}),
        undo=places.on("pi1a", f"{NAMES}; {HUB.format(port=3142)}"),
    ),
    Fault(
        "the registry is away, and an image is missing",
        places.on("pi1a", f"{NO_NAMES}; {NO_HUB.format(port=5000)}; {WITHOUT_IMAGE}"),
        looks.check("services", "treasure_web does not run on pi1a"),
        by_itself(),
        undo=places.on("pi1a", f"{NAMES}; {HUB.format(port=5000)}"),
        within=150,
    ),
    Fault(
        "a truncated archive on the computer that deploys",
        truncate_here,
        looks.run_says("is damaged"),
        one_run({"HDFS | Offer Hadoop to the other boards": "pi8"}),
        undo=mend_here,
    ),
    Fault(
        "a damaged archive on the board that offers it, which looks whole",
        damage_offered,
        looks.run_says("is damaged.*"),
        command(AGAIN, remove_offered, then_run=True),
        within=150,
    ),
    Fault(
        "a truncated file among a board's programs",
        damage_tree,
        looks.announced("HDFS | Install Hadoop", "pi1a"),
        # Those who have it open would miss what was cut off, some day.
        one_run(
            {
                "HDFS | Install Hadoop": "pi1a",
                "HDFS | Restart the DataNodes, one at a time": "pi1a",
                "YARN | Restart the NodeManager": "pi1a",
            }
        ),
        within=150,
    ),
]
