"""One apt transaction as a shell script, for all operations that install Debian packages."""

from shlex import quote

from pyinfra.api import StringCommand

from facts.packages import POLICY_FILE, POLICY_MARK

LOCK_TIMEOUT_SECONDS = 300
UPDATE_SECONDS = (300, 900)
"""For apt's lists, and once more: behind a cache apt was seen waiting for an answer for ever."""
LOG = "/var/log/picluster-apt.log"

# apt's own output goes to a file: when the connection is cut, apt must not die of a closed pipe
# in the middle of a package. Its last lines are shown when it fails. A policy-rc.d that is not ours
# is put aside meanwhile.
#
# A run that was killed leaves its apt at work here: the next one waits for it by a lock of our own.
# apt waits for dpkg's lock of others by itself, but not for that of its lists.
_SCRIPT = """set -u
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
patiently() {{
  code=0
  timeout --kill-after=30 {update} "$@" || code=$?
  if [ $code = 124 ]; then
    echo "apt had not ended after {update} s, so once more"
    code=0
    timeout --kill-after=30 {update_again} "$@" || code=$?
  fi
  return $code
}}
failed() {{
  echo "$* failed; the end of $log:" >&2
  tail -n 15 "$log" >&2
  if grep -q 'Unable to locate package' "$log"; then
    echo "Debian knows no package of that name: check its spelling, also where it is wished" >&2
  fi
  exit 1
}}
installed() {{
  dpkg-query -W -f '${{db:Status-Status}}\\n' "$1" 2>>"$log" | grep -qx installed
}}
if [ -e {policy} ] && ! grep -qxF '{mark}' {policy}; then mv {policy} {policy}.picluster-kept; fi
trap 'if [ -e {policy}.picluster-kept ]; then mv -f {policy}.picluster-kept {policy}
  else rm -f {policy}; fi' EXIT
printf '%s\\n' '#!/bin/sh' '{mark}' {stops} 'exit 101' >{policy}
chmod 755 {policy}
lock="-o DPkg::Lock::Timeout={timeout}"
keep="-o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold"
{steps}
"""

# What is removed has to stop, or it would go on running without its files. What is upgraded keeps
# running until the deploy restarts it: its old version asks for a stop too.
_STOPS = """for removed in {names}; do
  if [ "$2" = stop ] && [ "${{DPKG_MAINTSCRIPT_PACKAGE:-}}" = "$removed" ]; then exit 0; fi
done"""

_MEND = [
    # A dpkg that still runs holds its lock; apt waits for it, `dpkg --configure` does not.
    "try apt-get $lock check",
    # What still lacks a dependency cannot be configured: apt gets that, and ends the work.
    "try dpkg --configure --pending --force-confdef --force-confold",
    "try apt-get $lock -q update",
    "run apt-get $lock -q -y $keep --fix-broken install",
]

_UPDATE = "run patiently apt-get $lock -q update"

# Where an archive does not answer, or is signed by another key than before, apt goes on with what
# it knew of it: nothing would be upgraded, and nobody told.
_UPDATE_ALL = f"{_UPDATE} --error-on=any"

# By itself apt-get would take a name with a dot that no package has for an expression, and purge
# where the owner's apt.conf says so.
_CHANGE = """set -- {words}
for name in {removing}; do
  if installed "$name"; then set -- "$@" "$name-"; fi
done
if [ $# -gt 0 ]; then
  run apt-get $lock -q -y --no-install-recommends {options} \\
    -o APT::Cmd::Pattern-Only=true -o APT::Get::Purge=false $keep install -- "$@"
fi"""

# Of a version that no archive has any more, apt-get says so and ends well.
_COMPLETED = """if grep 'Reinstallation of .* is not possible' "$log" >&2; then exit 1; fi"""

# Where a name is only provided by other packages, it would be missing again in the next run.
_INSTALLED = """for name in {names}; do
  if ! installed "$name"; then
    echo "apt-get installed no package $name; where others provide it, name one of them" >&2
    exit 1
  fi
done"""

_REMOVED = """for name in {names}; do
  if installed "$name"; then
    echo "apt-get left the package $name in place; see $log" >&2
    exit 1
  fi
done"""


def installation(
    missing: list[str],
    removing: list[str],
    interrupted: bool,
    upgrading: list[str] | None = None,
    completing: list[str] | None = None,
) -> StringCommand:
    """
    A script that installs, removes and upgrades in one apt transaction.

    + missing: packages that are not installed; ``name=version`` with apt's wildcards, such as
      ``docker-ce=5:29.*``, for one of certain versions
    + removing: packages to remove where they are installed; their services stop, their data and
      their configuration stay
    + interrupted: dpkg was interrupted, and is mended first
    + upgrading: packages that are installed, to be brought to the version that apt chooses under
      its pins, or to ``name=version``; others are not upgraded
    + completing: packages that are installed and have lost files: they are installed once more

    Names are quoted, not checked: take them from the ``DebianPackages`` fact, which refuses what is
    no name. Waits up to five minutes for another apt or dpkg. No service starts or restarts. The
    script fails where a package of ``missing`` is not installed or one of ``removing`` still is;
    all lists empty, it only takes away what a killed run left behind.
    """
    upgrading, completing = upgrading or [], completing or []
    steps = list(_MEND) if interrupted else []
    if missing or upgrading or completing:
        steps.append(_UPDATE_ALL if upgrading else _UPDATE)
    if missing or upgrading or removing:
        # apt chooses an older version than the installed one only where a pin or a version wishes
        # it, and then asks.
        options = "--allow-downgrades" if upgrading else ""
        words = _quoted([*missing, *upgrading])
        steps.append(_CHANGE.format(options=options, words=words, removing=_quoted(removing)))
    if completing:
        words = _quoted(completing)
        steps.append(_CHANGE.format(options="--reinstall", words=words, removing=""))
        steps.append(_COMPLETED)
    if missing:
        steps.append(_INSTALLED.format(names=_quoted([name.split("=")[0] for name in missing])))
    if removing:
        steps.append(_REMOVED.format(names=_quoted(removing)))
    return StringCommand(
        _SCRIPT.format(
            log=LOG,
            mark=POLICY_MARK,
            policy=POLICY_FILE,
            stops=quote(_stops(removing)),
            timeout=LOCK_TIMEOUT_SECONDS,
            update=UPDATE_SECONDS[0],
            update_again=UPDATE_SECONDS[1],
            steps="\n".join(steps),
        )
    )


def _stops(removing: list[str]) -> str:
    """The lines of policy-rc.d that let packages stop their services."""
    if not removing:
        return "# nothing is removed"
    return _STOPS.format(names=_quoted([name.split(":")[0] for name in removing]))


def _quoted(words: list[str]) -> str:
    return " ".join(map(quote, words))
