"""What may stand in a compose file for a Swarm, and what to do about what may not."""

from typing import Any

Schema = dict[str, Any]
"""Key to the schema of the table below it; None where all below is left to Docker."""


def _keys(text: str) -> Schema:
    return dict.fromkeys(text.split())


_LIMITS = _keys("cpus memory pids devices generic_resources")
_UPDATE = _keys("parallelism delay failure_action monitor max_failure_ratio order")

DEPLOY: Schema = {
    **_keys("mode replicas endpoint_mode labels"),
    "placement": _keys("constraints preferences max_replicas_per_node"),
    "resources": {"limits": _LIMITS, "reservations": _LIMITS},
    "restart_policy": _keys("condition delay max_attempts window"),
    "update_config": _UPDATE,
    "rollback_config": _UPDATE,
}

SERVICE: Schema = {
    **_keys(
        "cap_add cap_drop command configs dns dns_search entrypoint environment extra_hosts "
        "hostname image init labels networks ports read_only secrets stdin_open "
        "stop_grace_period stop_signal sysctls tmpfs tty ulimits user volumes working_dir"
    ),
    "deploy": DEPLOY,
    "healthcheck": _keys("test interval timeout retries start_period disable"),
    "logging": _keys("driver options"),
}

NETWORK = _keys("name driver driver_opts ipam external internal attachable labels")
VOLUME = _keys("name driver driver_opts external labels")
OBJECT = _keys("file content external name")

TOP = {"services": SERVICE, "networks": NETWORK, "volumes": VOLUME}
TOP |= {"configs": OBJECT, "secrets": OBJECT}
"""Key to the schema of each entry of the table below it."""

_IGNORED = "Docker's Swarm would ignore it; take it out"
_RESOURCES = "write it under deploy.resources.limits"

ADVICE = {
    "build": "a Swarm builds no images: build it elsewhere, push it to a registry, and write its "
    "name as image",
    "env_file": "the file would be looked for on a board; write the variables under environment, "
    "or the file as a secret",
    "extends": "a Swarm's compose file stands alone; write out what it takes from the other",
    "restart": "write deploy.restart_policy (the default restarts what ends)",
    "container_name": "a Swarm names containers itself: others find the service by its own name",
    "depends_on": "a Swarm starts services in no order; take it out, and let the program wait",
    "links": "services of one network find each other by name; take it out",
    "external_links": "services of one network find each other by name; take it out",
    "expose": "services of one network reach all ports of each other; take it out",
    "network_mode": "write networks; for the board's own one an external network called host",
    "privileged": "a Swarm gives no privileges; write those that are needed under cap_add",
    "devices": "a Swarm hands out no devices; take it out",
    "mem_limit": _RESOURCES.replace("limits", "limits.memory"),
    "memswap_limit": "a Swarm limits memory alone (deploy.resources.limits.memory)",
    "mem_reservation": "write it as deploy.resources.reservations.memory",
    "cpus": _RESOURCES.replace("limits", "limits.cpus"),
    "cpu_shares": _RESOURCES.replace("limits", "limits.cpus"),
    "cpu_quota": _RESOURCES.replace("limits", "limits.cpus"),
    "scale": "write it as deploy.replicas",
    "profiles": "a stack has no profiles; take out the services that are not wished",
    "include": "a stack is one file; write the other one's content here",
    "platform": "each board pulls the image for its own kind; write a placement constraint on "
    "node.labels.pi.arch",
    **dict.fromkeys(
        "cgroup_parent cgroup domainname ipc isolation mac_address pid pull_policy runtime "
        "security_opt shm_size userns_mode volumes_from".split(),
        _IGNORED,
    ),
}
"""Keys of compose files that a Swarm does not follow, and what to write instead."""
