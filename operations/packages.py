"""Debian packages, installed so that nothing starts by itself and nothing stays half-done."""

from collections.abc import Generator
from shlex import quote

from pyinfra import host
from pyinfra.api import StringCommand, operation

from facts.packages import POLICY_FILE, POLICY_MARK, DebianPackages

LOCK_TIMEOUT_SECONDS = 300
LOG = "/var/log/picluster-apt.log"

# apt's own output goes to a file: when the connection is cut, apt must not die of a closed pipe
# in the middle of a package. Its last lines are shown when it fails.
_INSTALL = """set -u
log={log}
umask 022
: >"$log"
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
run() {{
  echo "+ $*" >>"$log"
  "$@" >>"$log" 2>&1 </dev/null && return
  echo "$* failed; the end of $log:" >&2
  tail -n 15 "$log" >&2
  exit 1
}}
printf '#!/bin/sh\\n{mark}\\nexit 101\\n' >{policy}
chmod 755 {policy}
trap 'rm -f {policy}' EXIT
lock="-o DPkg::Lock::Timeout={timeout}"
{steps}
"""

_MEND = [
    # A dpkg that still runs holds its lock; apt waits for it, `dpkg --configure` does not.
    "run apt-get $lock check || true",
    "run dpkg --configure --pending --force-confdef --force-confold",
    "run apt-get $lock -y --fix-broken install",
]


@operation()
def debian(packages: list[str]) -> Generator[StringCommand, None, None]:
    """
    Install the packages that are missing; nothing else is upgraded.

    + packages: names; list all packages of a service in one call

    Waits up to five minutes for another apt or dpkg. An interrupted dpkg is mended first. Services
    of the packages are not started: the deploy does that when their configuration is there. apt's
    lists are refreshed only when something is missing, so their age never counts as a change.

    **Example:**

    .. code:: python

        packages.debian(name="Install the tools", packages=["curl", "rsync"])
    """
    found = host.get_fact(DebianPackages, packages=packages)
    missing = [name for name, version in found["installed"].items() if version is None]
    if not missing and not found["interrupted"] and not found["policy_left"]:
        host.noop(f"{len(packages)} packages are installed")
        return
    steps = []
    if found["interrupted"]:
        steps += _MEND
    if missing:
        names = " ".join(map(quote, missing))
        steps += [
            "run apt-get $lock -q update",
            "run apt-get $lock -q -y --no-install-recommends -o Dpkg::Options::=--force-confdef "
            f"-o Dpkg::Options::=--force-confold install -- {names}",
        ]
    yield StringCommand(
        _INSTALL.format(
            log=LOG,
            mark=POLICY_MARK,
            policy=POLICY_FILE,
            timeout=LOCK_TIMEOUT_SECONDS,
            steps="\n".join(steps),
        )
    )
