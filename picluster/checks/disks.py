"""Whether the boards' disks have room, and can be written to."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from picluster.checks.check import Check
from picluster.checks.cluster import Cluster
from picluster.checks.conditions import nobody
from picluster.checks.verdict import Problem, Verdict, judged
from picluster.plan.node import Node
from picluster.plan.status import MOST_DISK_PERCENT

LEAST_MB = 2048
"""Room that has to be left: twice what a DataNode leaves to everything else."""
MOST_PERCENT = MOST_DISK_PERCENT


@dataclass(frozen=True, slots=True)
class Disk:
    """A file system of a board."""

    mount: str
    size_kb: int
    free_kb: int
    """For an ordinary user."""
    inodes_percent: int
    """Of its inodes in use; 0 where it counts none."""
    read_only: bool = False

    @property
    def used_percent(self) -> int:
        """As df counts it, rounded up."""
        return -(-100 * (self.size_kb - self.free_kb) // self.size_kb) if self.size_kb else 100


def script(node: Node) -> str:
    """What tells of the disks of one board, each once, and which of all cannot be written to."""
    paths = " ".join(shlex.quote(path) for path in ("/", node.storage) if path)
    return (
        f"df -k --output=size,avail,ipcent,target -- {paths} 2>&1; "
        "findmnt -rno TARGET -O ro | sed 's/^/read-only /'"
    )


def parse(output: str) -> list[Disk]:
    """From the script's output."""
    rows = [line.split(maxsplit=3) for line in output.splitlines()]
    read_only = {
        line.partition(" ")[2] for line in output.splitlines() if line.startswith("read-only ")
    }
    return [
        Disk(
            row[3],
            int(row[0]),
            int(row[1]),
            int(row[2].rstrip("%") or 0) if row[2] != "-" else 0,
            row[3] in read_only,
        )
        for row in rows
        if len(row) == 4 and row[0].isdigit() and row[1].isdigit()
    ]


def judge(nodes: Sequence[Node], found: Mapping[str, Sequence[Disk]]) -> Iterator[Problem]:
    """Each disk that is almost full, or not there."""
    for node in nodes:
        if node.name not in found:
            continue
        disks = {disk.mount: disk for disk in found[node.name]}
        wanted = ["/", *([node.storage] if node.storage else [])]
        for mount in wanted:
            if mount not in disks:
                yield Problem(
                    f"{node.name}: no disk is mounted at {mount}",
                    f"findmnt {mount} on {node.name}: plug the disk in, and see /etc/fstab",
                )
                continue
            disk = disks[mount]
            if disk.read_only:
                yield Problem(
                    f"{node.name}: {mount} cannot be written to",
                    f"sudo dmesg | grep -i 'mmc\\|error\\|remount' on {node.name}: the kernel does "
                    "that when a card fails; copy what you need, and write a new card",
                )
            if disk.used_percent > MOST_PERCENT or disk.free_kb < LEAST_MB << 10:
                yield Problem(
                    f"{node.name}: {mount} is {disk.used_percent} % full, {disk.free_kb >> 10} MB "
                    f"are left; wanted are {LEAST_MB} MB and at most {MOST_PERCENT} %",
                    f"sudo du -xh -d 3 {mount} | sort -h | tail on {node.name} shows what takes it",
                )
            if disk.inodes_percent > MOST_PERCENT:
                yield Problem(
                    f"{node.name}: {mount} has used {disk.inodes_percent} % of its inodes",
                    f"sudo du -x --inodes -d 3 {mount} | sort -h | tail on {node.name}",
                )


def fullest(found: Mapping[str, Sequence[Disk]]) -> str:
    """The disk with the least room."""
    every = [(disk.free_kb, name, disk) for name, disks in found.items() for disk in disks]
    if not every:
        return "no disk was seen"
    free, name, disk = min(every, key=lambda one: one[0])
    return f"least room: {name} {disk.mount}, {free / 1024**2:.1f} GB"


def ask(cluster: Cluster) -> Verdict:
    """Asks df on all boards."""
    found, problems = cluster.on_boards(
        lambda node: parse(cluster.run(node.name, script(node)).output)
    )
    problems += judge(cluster.nodes, found)
    return judged(fullest(found), problems)


CHECK = Check(
    "disks",
    "Disks have room",
    f"df on each board's card and disk: {LEAST_MB} MB free, at most {MOST_PERCENT} % used, "
    "and not read-only",
    ask,
    nobody,
)
