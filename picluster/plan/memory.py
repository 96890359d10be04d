"""What a board's memory is, and what goes off it before Hadoop: the figures and their sources."""

USABLE_MB = {
    512: 400,
    1024: 904,
    2048: 1844,
    3072: 2770,
    4096: 3776,
    8192: 7792,
    16384: 15872,
}
"""MiB that Linux has of a board sold with so many MiB, a little below every MemTotal that was seen.

Seen on 64-bit Raspberry Pi OS at the default gpu_mem: 909 MiB (3B+), 1849 (4B, 2 GB), 3787 (4B,
4 GB), 7819 (4B, 8 GB), 16215 (500+); geerlingguy/sbc-reviews and terminal captures. A CM0 with
512 MB showed 425 on a 32-bit system, which leaves more. Nobody showed a 4B with 3 GB: its figure is
the share of the smaller ones. The 60 MiB that gpu_mem=16 gives back are not counted in: they come
with the first reboot and are the board's page cache then.
"""

SYSTEM_MB = {
    512: 130,
    1024: 130,
    2048: 140,
    3072: 140,
    4096: 150,
    8192: 160,
    16384: 200,
}
"""MiB of the kernel and of Raspberry Pi OS Lite: 130 to 150 are in use on an idle board; page
tables and slabs grow with the memory."""

RESERVE_MB = {
    512: 32,
    1024: 0,
    2048: 64,
    3072: 128,
    4096: 256,
    8192: 384,
    16384: 1024,
}
"""MiB kept for the owner's own stacks where cluster.toml says nothing. With 512 MB it is the page
cache that is kept: a DataNode would fit by its size alone, and thrash."""

DOCKER_MB = 96
"""dockerd and containerd. Measured on simulated boards (docker.io 20.10, x86_64): 44 to 47 and 10
to 12 MiB of their own (anonymous memory), and 88 MiB of program text, of which the kernel drops
what is idle."""

SWARM_MANAGER_MB = 24
"""What a manager's dockerd takes beyond a worker's: the state of the Swarm and its log are held in
memory. An estimate: nobody publishes it."""

PORTAINER_AGENT_MB = 32
"""Portainer's agent and its shim. An estimate: the lab's stand-in takes 16 MiB of the limit that it
is given, the real one is larger."""

PORTAINER_SERVER_MB = 64
"""Portainer's server and its shim; it holds its database in memory. An estimate, too."""

MIRROR_MB = 80
"""docker-registry (34 MiB) and apt-cacher-ng (13 MiB), measured after seven boards' downloads, and
picluster-fetch-once."""

HOME_PAGE_MB = 16
"""nginx, which serves the cluster's home page. Measured (1.22, x86_64) after 600 requests: 7 and 3
MiB resident, of which 1.3 are its own and the rest program text; figures in memory: some KiB."""

SUBMIT_DRIVER_MB = 512
"""A Spark driver with 512 MiB of heap in client mode: 236 to 393 MiB resident, and Python's."""
