"""What we choose for every board; a file named like a model's group overrides it key by key."""

_sudo = True

# Memory limits of containers and services need it; Raspberry Pi OS leaves it off.
kernel_arguments = ["cgroup_enable=memory"]

# Lines of config.txt.
firmware_settings: dict[str, str] = {}

kernel_modules = ["overlay", "br_netfilter", "vxlan", "ip_vs", "ip_vs_rr", "nf_conntrack"]

kernel_parameters = {
    # Containers on different boards reach each other through the boards.
    "net.ipv4.ip_forward": "1",
    "net.bridge.bridge-nf-call-iptables": "1",
    "net.bridge.bridge-nf-call-ip6tables": "1",
    # A board without a screen starts again 10 s after its kernel stopped.
    "kernel.panic": "10",
}

packages = ["ca-certificates", "curl", "iptables", "rsync"]

# The longest that the hardware of every model counts to.
watchdog_timeout = "15s"

# Seconds. A board just switched on has no right time until a time server answers.
clock_wait_seconds = 60
