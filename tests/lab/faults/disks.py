"""Disks that are full or cannot be written to any more.

A board's card is a folder of the computer's own disk and has no limit: so what is full, or
read-only, is a small file system in the place of one folder.
"""

from tests.lab.faults import looks, places
from tests.lab.faults.fault import Fault, Step, by_itself, one_run

CLIENT = "/etc/hadoop/conf"
SPOIL = f"sed -i '$d' {CLIENT}/core-site.xml"
LOCAL = "/var/lib/hadoop/nodemanager/local"
BLOCKS = "/var/lib/hadoop/datanode"

IN_ITS_PLACE = """set -e
mkdir -p /mnt/small
mount -t tmpfs -o size={size},mode=$(stat -c %a {folder}) tmpfs /mnt/small
chown --reference={folder} /mnt/small
cp -a {folder}/. /mnt/small/
mount --move /mnt/small {folder}
"""
RESTART = "systemctl restart yarn-nodemanager;"
RESTART_DATANODE = "systemctl restart hdfs-datanode;"
REPORT = "cd / && runuser -u hdfs -- hdfs dfsadmin -report 2>/dev/null | grep -A9 pi1a"
FILL = "cat /dev/zero >{folder}/filled-up 2>/dev/null || :"


def small(board: str, folder: str, size: str, then: str = "") -> Step:
    """A disk of this size in the place of a folder, with what was in it."""
    return places.on(board, IN_ITS_PLACE.format(folder=folder, size=size) + then)


def away(board: str, folder: str, then: str = "") -> Step:
    """The folder as it was before."""
    return places.on(board, f"while mountpoint -q {folder}; do umount -l {folder}; done; {then} :")


def read_only(board: str, folder: str, before: str) -> Step:
    """As a card is after the kernel met an error on it."""
    return places.on(
        board, f"{before} && mount --bind {folder} {folder} && mount -o remount,bind,ro {folder}"
    )


FAULTS = [
    Fault(
        "a full card keeps a run from writing",
        small("pi1a", CLIENT, "1m", SPOIL + "\n" + FILL.format(folder=CLIENT)),
        looks.run_says(r".*No space left on device.*"),
        one_run(),
        undo=away("pi1a", CLIENT, SPOIL + ";"),
    ),
    Fault(
        "a read-only card keeps a run from writing",
        read_only("pi1a", "/etc", SPOIL),
        looks.run_says(r".*Read-only file system.*"),
        one_run({"HDFS | Write HDFS's settings": "pi1a"}),
        undo=away("pi1a", "/etc"),
    ),
    Fault(
        "a read-only card of a board with nothing to change",
        read_only("pi1a", "/etc", "true"),
        looks.unaffected("pi1a", "touch /etc/hosts"),
        by_itself(),
        undo=away("pi1a", "/etc"),
    ),
    Fault(
        "no room for the files of jobs",
        # A daemon has a view of its own of what is mounted, from when it starts.
        small("pi1a", LOCAL, "32m", f"{FILL.format(folder=LOCAL)}\n{RESTART}"),
        looks.check(
            "yarn-nodes", r"the NodeManager of pi1a is UNHEALTHY: 1/1 local-dirs usable space"
        ),
        by_itself(),
        undo=places.on("pi1a", f"rm -f {LOCAL}/filled-up"),
        # YARN looks at its disks every two minutes.
        within=180,
        tidy=away("pi1a", LOCAL, RESTART),
    ),
    Fault(
        "no room for HDFS's blocks on a board",
        # A GiB of it is kept free, so that nothing is left.
        small("pi1a", BLOCKS, "1030m", RESTART_DATANODE),
        looks.on_board("pi8", REPORT, r"DFS Remaining: \d{1,7} .*", "dfsadmin -report"),
        by_itself(),
        undo=away("pi1a", BLOCKS, RESTART_DATANODE),
    ),
]
