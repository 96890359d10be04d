"""cloud-init's user-data on the boot partition: who may set the host name and /etc/hosts."""

import re

_NAMES = re.compile(r"(hostname|fqdn|prefer_fqdn_over_hostname|manage_etc_hosts)\s*:")
_CLOUD_CONFIG = re.compile(r"(## template:.*\r?\n)?#cloud-config\s*$", re.MULTILINE)
"""How a file must begin to be read as settings; scripts and include lists are user-data too."""


def without_names(user_data: str) -> str:
    """The same user-data, but it leaves host name and /etc/hosts alone.

    Works line by line on top-level keys, so that comments and order stay as Imager wrote them.
    What is no #cloud-config, such as a script or an empty file, sets no names and stays as it is.
    """
    if not _CLOUD_CONFIG.match(user_data):
        return user_data
    kept: list[str] = []
    dropping = False
    for line in re.split(r"\r?\n", user_data):
        # A value may go on in indented lines below its key.
        dropping = bool(_NAMES.match(line)) or (dropping and line[:1].isspace())
        if not dropping:
            kept.append(line)
    text = "\n".join([*kept, ""]).rstrip("\n")
    return f"{text}\nmanage_etc_hosts: false\n"


def sets_names(user_data: str) -> bool:
    """Whether cloud-init would set host name or /etc/hosts from this at the next boot."""
    return without_names(user_data) != user_data
