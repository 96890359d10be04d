"""Debian packages, installed so that nothing starts by itself and nothing stays half-done."""

from shlex import quote

from pyinfra import host
from pyinfra.api import StringCommand, operation

from facts.packages import POLICY_FILE, POLICY_MARK, DebianPackages
from operations.failure import Commands, fail
from operations.values import WrongValueError, texts

LOCK_TIMEOUT_SECONDS = 300
LOG = "/var/log/picluster-apt.log"

# apt's own output goes to a file: when the connection is cut, apt must not die of a closed pipe
# in the middle of a package. Its last lines are shown when it fails. A policy-rc.d that is not ours
# is put aside meanwhile.
#
# A run that was killed leaves its apt at work here: the next one waits for it by a lock of our own.
# apt waits for dpkg's lock of others by itself, but not for that of its lists.
_INSTALL = """set -u
log={log}
umask 022
exec 9>>"$log"
if ! flock -w {timeout} 9; then
  echo "another deploy has been installing packages for {timeout} s; see $log" >&2
  exit 1
fi
: >"$log"
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
try() {{
  echo "+ $*" >>"$log"
  "$@" >>"$log" 2>&1 </dev/null 9>&-
}}
run() {{
  waited=0
  while ! try "$@"; do
    if [ $waited -ge {timeout} ] || ! tail -n 3 "$log" | grep -q 'Could not get lock'; then
      failed "$@"
    fi
    sleep 2
    waited=$((waited + 2))
  done
}}
failed() {{
  echo "$* failed; the end of $log:" >&2
  tail -n 15 "$log" >&2
  if grep -q 'Unable to locate package' "$log"; then
    echo "Debian knows no package of that name: check its spelling, also where it is wished" >&2
  fi
  exit 1
}}
if [ -e {policy} ] && ! grep -qxF '{mark}' {policy}; then mv {policy} {policy}.picluster-kept; fi
trap 'if [ -e {policy}.picluster-kept ]; then mv -f {policy}.picluster-kept {policy}
  else rm -f {policy}; fi' EXIT
printf '#!/bin/sh\\n{mark}\\nexit 101\\n' >{policy}
chmod 755 {policy}
lock="-o DPkg::Lock::Timeout={timeout}"
keep="-o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold"
{steps}
"""

_MEND = [
    # A dpkg that still runs holds its lock; apt waits for it, `dpkg --configure` does not.
    "try apt-get $lock check",
    # What still lacks a dependency cannot be configured: apt gets that, and ends the work.
    "try dpkg --configure --pending --force-confdef --force-confold",
    "try apt-get $lock -q update",
    "run apt-get $lock -q -y $keep --fix-broken install",
]

# By itself apt-get would take a name with a dot that no package has for an expression. And where a
# name is only provided by other packages, it would be missing again in the next run.
_INSTALL_MISSING = """run apt-get $lock -q update
run apt-get $lock -q -y --no-install-recommends -o APT::Cmd::Pattern-Only=true $keep \\
  install -- {names}
for name in {names}; do
  if ! dpkg-query -W -f '${{db:Status-Status}}\\n' "$name" 2>>"$log" | grep -qx installed; then
    echo "apt-get installed no package $name; where others provide it, name one of them" >&2
    exit 1
  fi
done"""


@operation()
def debian(packages: list[str]) -> Commands:
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
    try:
        packages = texts("packages", packages)
    except WrongValueError as error:
        yield fail(str(error))
        return
    if removing := [name for name in packages if name.endswith("-")]:
        yield fail(f"no name of a Debian package, apt-get would remove it: {removing}")
        return
    found = host.get_fact(DebianPackages, packages=packages)
    if found is None:
        yield fail()
        return
    missing = [name for name, version in found["installed"].items() if version is None]
    if not missing and not found["interrupted"] and not found["policy_left"]:
        host.noop(f"{len(packages)} packages are installed")
        return
    steps = []
    if found["interrupted"]:
        steps += _MEND
    if missing:
        names = " ".join(map(quote, missing))
        steps.append(_INSTALL_MISSING.format(names=names))
    yield StringCommand(
        _INSTALL.format(
            log=LOG,
            mark=POLICY_MARK,
            policy=POLICY_FILE,
            timeout=LOCK_TIMEOUT_SECONDS,
            steps="\n".join(steps),
        )
    )
