"""cloud-init's user-data on the boot partition: who may set the host name and /etc/hosts."""

import re

_NAMES = re.compile(r"^(hostname|fqdn|prefer_fqdn_over_hostname|manage_etc_hosts)\s*:")


def without_names(user_data: str) -> str:
    """The same user-data, but it leaves host name and /etc/hosts alone.

    Works line by line on top-level keys, so that comments and order stay as Imager wrote them.
    """
    kept = [line for line in user_data.splitlines() if not _NAMES.match(line)]
    return "".join(f"{line}\n" for line in [*kept, "manage_etc_hosts: false"])


def sets_names(user_data: str) -> bool:
    """Whether cloud-init would set host name or /etc/hosts from this at the next boot."""
    return without_names(user_data) != user_data
