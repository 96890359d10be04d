"""cloud-init's user-data on the boot partition: who may set the host name and /etc/hosts."""

import re

# Regular expressions that awk on a board and Python read alike: both sides follow one rule.
TEMPLATE = "## template:"
"""How a first line begins that may stand before the next."""
CLOUD_CONFIG = r"#cloud-config[ \t\r]*"
"""The line that makes a file settings; scripts and include lists are user-data too."""
NAMES = r"(hostname|fqdn|prefer_fqdn_over_hostname|manage_etc_hosts)[ \t]*:"
"""How a top-level line begins that is about names."""
LEFT_ALONE = r"manage_etc_hosts[ \t]*:[ \t]+false[ \t\r]*"
"""The only such line that may stay, and has to be there."""


def without_names(user_data: str) -> str:
    """The same user-data, but it leaves host name and /etc/hosts alone.

    Works line by line on top-level keys, so that comments and order stay as Imager wrote them.
    What sets no names, such as a script or an empty file, stays as it is.
    """
    if not sets_names(user_data):
        return user_data
    kept: list[str] = []
    dropping = False
    for line in re.split(r"\r?\n", user_data):
        # A value may go on in indented lines below its key.
        dropping = bool(re.match(NAMES, line)) or (dropping and line[:1].isspace())
        if not dropping:
            kept.append(line)
    text = "\n".join([*kept, ""]).rstrip("\n")
    return f"{text}\nmanage_etc_hosts: false\n"


def sets_names(user_data: str) -> bool:
    """Whether cloud-init would set host name or /etc/hosts from this at the next boot.

    A board tells the same by the System fact's command, so that the file stays there.
    """
    lines = user_data.split("\n")
    first = lines[1:2] if lines[0].startswith(TEMPLATE) else lines[:1]
    if not any(re.fullmatch(CLOUD_CONFIG, line) for line in first):
        return False
    about_names = [line for line in lines if re.match(NAMES, line)]
    return not about_names or any(not re.fullmatch(LEFT_ALONE, line) for line in about_names)
