"""A deploy of every operation that only needs files; run by the tests beside it."""

from operations import boot, swap, system, tree
from picluster.plan.tree import directory, file, link

HOSTILE = "it's $(touch /owned) ümlaut"

system.timezone(name="Time zone", timezone="Europe/Berlin")
system.cloud_init_leaves_names_alone(name="cloud-init")
boot.kernel_arguments(name="Kernel arguments", arguments=["cgroup_enable=memory"])
boot.firmware_settings(name="Firmware settings", settings={"gpu_mem": "16"})
swap.mechanism(name="Swap", wished="zram")
tree.files(
    name="Files",
    entries=[
        directory("/srv/demo", mode="2750", user="pi", group="gpio"),
        file("/srv/demo/a.conf", f"{HOSTILE}\n", mode="640", user="pi", group="gpio"),
        file(f"/srv/demo/{HOSTILE.replace('/', '')}", b"\0\xff", mode="600", secret=True),
        link("/srv/demo/link", "a.conf"),
    ],
    absent=["/srv/old"],
    manifest="/var/lib/picluster/demo.paths",
)
