"""The daemons of Hadoop and what each of them needs: the one table of their memory.

The sizes were measured with the 3.5.0 servers on simulated boards, OpenJDK 17, under the flags
that the units carry (SerialGC, C1 only, stacks of 256 KB), after all of MapReduce's and Spark's
jobs; `docs/performance.md` has the measurements, and a test fails where a daemon outgrew them.
"""

from typing import Literal, get_args

HadoopRole = Literal[
    "namenode",
    "secondarynamenode",
    "datanode",
    "resourcemanager",
    "nodemanager",
    "historyserver",
    "sparkhistoryserver",
]
"""What a board can do for Hadoop. `historyserver` is MapReduce's."""

ROLES: tuple[HadoopRole, ...] = get_args(HadoopRole)

HEAP_MB: dict[HadoopRole, int] = {
    "namenode": 128,
    # It loads the NameNode's image: never less than that one's.
    "secondarynamenode": 128,
    "datanode": 64,
    "resourcemanager": 160,
    "nodemanager": 96,
    "historyserver": 96,
    "sparkhistoryserver": 192,
}
"""Largest Java heap (-Xmx) in MiB. No daemon ran out of it, nor did smaller ones."""

RESIDENT_MB: dict[HadoopRole, int] = {
    "namenode": 210,  # measured: 194
    "secondarynamenode": 160,  # 147
    "datanode": 150,  # 128 to 134, the busiest 147
    "resourcemanager": 250,  # 239
    "nodemanager": 210,  # 150 to 199, peak 207
    "historyserver": 165,  # 155
    "sparkhistoryserver": 190,  # 178
}
"""Memory in MiB that the plan sets aside: the largest resident size seen, and some more."""

MEMORY_MAX_MB: dict[HadoopRole, int] = {
    "namenode": 448,
    "secondarynamenode": 320,
    "datanode": 320,
    "resourcemanager": 512,
    "historyserver": 352,
    "sparkhistoryserver": 448,
}
"""MemoryMax in MiB of a daemon's unit: heap, 96 MiB of classes, 32 MiB of code, buffers and the
page cache of its files, which counts too. It ends a daemon that runs away, not one that is busy.

There is none for the NodeManager: its containers live in its control group.
"""
