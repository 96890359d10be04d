"""What is on each board: files with their sums, packages, boot settings, units and what they run.

A part of tests/lab/fingerprint.py.
"""

from concurrent.futures import ThreadPoolExecutor

from tests.conftest import LabUnderTest
from tests.lab import seen

# As in tests/lab/seen.py without what differs from card to card: SSH keys, the engine's own key,
# the machine's id, caches, backups with their times, Java's store of certificates. Users and groups
# are told in an order of their own, without the day on which they came.
_LEFT_OUT = """! -path 'etc/ssh/ssh_host_*' ! -path etc/machine-id ! -path etc/resolv.conf
  ! -path etc/ld.so.cache ! -path etc/.pwd.lock ! -path 'etc/*-' ! -path etc/.updated
  ! -path etc/docker/key.json ! -path etc/ssl/certs/java/cacerts ! -path etc/gshadow
  ! -path etc/passwd ! -path etc/group ! -path etc/shadow""".replace("\n", " ")

# Of Hadoop's data only whose it is, without the SecondaryNameNode's, which comes with its first
# checkpoint, a minute after its start; of the archives that are offered, which.
_FILES = f"""cd /
find var/lib/hadoop -maxdepth 2 -type d ! -path '*/secondarynamenode/*' -printf '%p %m %u %g\\n' \
  2>/dev/null | LC_ALL=C sort
find var/cache/picluster ! -path '*/notes/*' -type f -printf '%p %s %m %u %g\\n' 2>/dev/null |
  LC_ALL=C sort
LC_ALL=C sort etc/passwd etc/group
set -- etc opt boot usr/local usr/sbin/policy-rc.d var/lib/picluster
find "$@" {_LEFT_OUT} -printf '%p %y %m %u %g %l\\n' 2>/dev/null | LC_ALL=C sort
find "$@" -type f {_LEFT_OUT} -print0 2>/dev/null | LC_ALL=C sort -z | xargs -0 sha256sum
"""

_PACKAGES = "dpkg-query -W -f '${Package} ${Version} ${db:Status-Abbrev}\\n' | LC_ALL=C sort"

# What the board runs with, on disk or not.
_RUNNING = """cat /proc/cmdline /proc/swaps /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/panic
uname -n
readlink /etc/localtime
sed -n 's/^MemTotal: *//p' /proc/meminfo
ls /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null
cat /run/picluster/config.txt 2>/dev/null
systemctl show --property=RuntimeWatchdogUSec
docker info --format '{{ .LoggingDriver }} {{ .LiveRestoreEnabled }}
  {{ json .DefaultAddressPools }} {{ json .RegistryConfig.Mirrors }}' 2>/dev/null
"""

# Of each service that somebody could enable: its state, and its main process as the kernel has it.
# Left out is what systemd makes up anew at each start, and what sshd makes of its environment.
_UNITS = r"""systemctl list-unit-files --no-pager --no-legend \
    --state=enabled,enabled-runtime,masked |
  awk '{ print $1, $2 }' | LC_ALL=C sort
systemctl list-units --plain --no-pager --no-legend --type=timer,socket,path \
    --state=active,failed | awk '{ print $1, $3 }' | LC_ALL=C sort
systemctl list-units --plain --no-pager --no-legend --state=active,failed 'picluster-*' |
  awk '{ print $1, $3, $4 }' | LC_ALL=C sort
for unit in $(systemctl list-units --plain --no-pager --no-legend --type=service \
    --state=running,failed,activating | awk '{ print $1 }' | LC_ALL=C sort); do
  state=$(systemctl show --property=UnitFileState --value "$unit")
  active=$(systemctl show --property=ActiveState --value "$unit")
  case "$state $active" in *\ failed) ;; static\ * | transient\ * | \ *) continue ;; esac
  pid=$(systemctl show --property=MainPID --value "$unit")
  echo "$unit $state $active"
  systemctl show --property=MemoryMax,LimitNOFILE,OOMScoreAdjust,Restart,KillMode "$unit"
  if [ "$pid" != 0 ]; then
    readlink "/proc/$pid/exe"
    echo "  user $(ps -o user= -p "$pid")"
    tr '\0' '\n' <"/proc/$pid/cmdline" | sed 's/[0-9]* of 10-100 startups//; s/^/  argument /'
    tr '\0' '\n' <"/proc/$pid/environ" | LC_ALL=C sort | sed -E \
      '/^(INVOCATION_ID|JOURNAL_STREAM|SYSTEMD_EXEC_PID|NOTIFY_SOCKET|LISTEN_|WATCHDOG_)/d
       /^[A-Z_]+=/!d
       s/^/  environment /'
  fi
done
"""

_PARTS = {"files": _FILES, "packages": _PACKAGES, "running": _RUNNING, "units": _UNITS}


def of_boards(under_test: LabUnderTest) -> dict[str, str]:
    """Each part of each board, such as `pi8: files`; all boards at once."""
    wanted = [
        (f"{name}: {part}", board, script)
        for name, board in under_test.boards.items()
        for part, script in _PARTS.items()
    ]
    with ThreadPoolExecutor() as pool:
        texts = pool.map(lambda each: seen.told(each[1], each[2]), wanted)
        found = {title: text for (title, _, _), text in zip(wanted, texts, strict=True)}
    # What is empty twice would pass for the same.
    assert all(text.strip() for text in found.values()), [t for t in found if not found[t].strip()]
    return found
