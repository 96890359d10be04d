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

# Docker's own packages (docker.source = "docker-ce"): where they are, and the key that signs them.
# Raspberry Pi OS (64-bit) is Debian to them. The suite is the board's own release.
docker_repository = "https://download.docker.com/linux/debian"
docker_suite = None
docker_key = "deploys/docker/docker.asc"
docker_key_fingerprint = "9DC858229FC7DD38854AE2D88D81803C0EBFCD88"

# --data accept_docker_major=29 allows one run to bring an installed docker-ce to another major.
accept_docker_major = None

# --data accept_undervoltage=yes allows one run to take heavy steps on a board that is undervolted,
# where cluster.toml says on_undervoltage = "stop".
accept_undervoltage = None
