"""The rule that lets the deploy user use sudo without a password, and how a board takes it on."""

import re
import shlex

from picluster.plan.problems import quote

# sudo passes over files with a dot in their name, and over those that end in "~".
PATH = "/etc/sudoers.d/010_picluster"

STARTED = "picluster: sudo works"
"""What `install_command` prints first: from there on the board has taken the password."""

_USER = r"[a-z_][a-z0-9_-]{0,31}"


def rule(user: str) -> str:
    """The drop-in's line. Raises ValueError for what is no user name: it becomes syntax there."""
    if not re.fullmatch(_USER, user):
        raise ValueError(f"{quote(user)} is no user name")
    return f"{user} ALL=(ALL) NOPASSWD: ALL"


def probe_command() -> str:
    """Succeeds where sudo works without a password, even if one was given a minute ago."""
    return "env LC_ALL=C sudo -k -n true"


def inspect_command(user: str) -> str:
    """Succeeds where the drop-in is as it should be. Runs where sudo works without a password."""
    script = (
        f'[ "$(stat -c "%a %u %g" {PATH})" = "440 0 0" ] && '
        f"printf '%s\\n' {shlex.quote(rule(user))} | cmp -s - {PATH}"
    )
    return f"sudo -n sh -c {shlex.quote(script)}"


def install_command(user: str, *, with_password: bool) -> str:
    """Puts the drop-in in place; with a password, that is read as the first line of stdin.

    A broken file in sudoers.d would take sudo from everybody: so it is checked beside it first,
    and comes into place whole, in one step (/etc is one file system).
    """
    script = f"""set -eu
echo {shlex.quote(STARTED)}
new=$(mktemp /etc/.picluster-sudoers-XXXXXX)
trap 'rm -f "$new"' EXIT
chmod 0440 "$new"
printf '%s\\n' {shlex.quote(rule(user))} >"$new"
visudo -cqf "$new"
sync "$new"
mv -f "$new" {PATH}"""
    # The script reads nothing: a password that sudo did not ask for after all ends unread.
    ask = "-S -k -p ''" if with_password else "-n"
    return f"env LC_ALL=C sudo {ask} sh -c {shlex.quote(script)} 2>&1"
