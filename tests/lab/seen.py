"""What is on the boards, looked at past pyinfra and past the facts: through Docker, as root."""

from docker.models.containers import Container

from picluster.lab import machine

# Every file of the board's disk with size, mode, owner and time of change. Left out are logs (a
# visit over SSH is logged), private folders and data of running services, and what the lab plays
# with.
_DISK = """
find / -xdev \\( -path /proc -o -path /sys -o -path /run -o -path /dev -o -path /var/log \
  -o -path '*/tmp/systemd-private-*' -o -path /var/lib/picluster-lab \
  -o -path /var/lib/containerd -o -path '/var/lib/hadoop/*' \\) -prune \
  -o \\( -path /tmp -o -path /var/tmp \\) -printf '%p %m\\n' \
  -o -printf '%p %y %s %m %u %g %T@ %l\\n' | LC_ALL=C sort
"""

# What a finished deploy leaves, without what differs from board to board or from boot to boot:
# SSH keys, the engine's own key, the machine's id, apt's and ldconfig's caches, backups with their
# times, and Java's store of certificates, which holds the time of its making.
_RESULT = """
cd /
find etc boot usr/local usr/sbin/policy-rc.d var/lib/picluster -type f \
  ! -path 'etc/ssh/ssh_host_*' ! -path etc/machine-id ! -path etc/resolv.conf \
  ! -path etc/ld.so.cache ! -path etc/.pwd.lock ! -path 'etc/*-' \
  ! -path etc/docker/key.json ! -path etc/ssl/certs/java/cacerts 2>/dev/null |
  LC_ALL=C sort | xargs -d '\\n' sha256sum
find etc boot var/lib/picluster ! -path 'etc/ssh/ssh_host_*' -printf '%p %y %m %u %g %l\\n' |
  LC_ALL=C sort
dpkg-query -W -f '${Package} ${Version} ${db:Status-Abbrev}\\n'
systemctl list-unit-files --no-pager --no-legend --state=enabled,masked
systemctl show -p RuntimeWatchdogUSec
cat /proc/cmdline /proc/swaps
uname -n
readlink /etc/localtime
cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/panic
ls /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null
sed -n 's/^MemTotal: *//p' /proc/meminfo
cat /run/picluster/config.txt
"""


def disk(container: Container) -> set[str]:
    """The board's whole disk, a line a file."""
    return set(shell(container, _DISK).splitlines())


def result(container: Container) -> str:
    """What a deploy has made of the board; the same text for the same end state."""
    return shell(container, _RESULT)


def let_sudo_be_used_once(container: Container) -> None:
    """sudo leaves a note in the home of whoever uses it for the first time, as every owner has."""
    shell(container, "su pi -c 'sudo -n true'")


def sessions(container: Container) -> int:
    """How many remote commands and file transfers sshd has logged since the boot."""
    log = shell(container, "journalctl -b -t sshd --no-pager -o cat")
    return sum("Starting session" in line for line in log.splitlines())


def told(container: Container, script: str) -> str:
    """All that a shell script prints, whatever its exit code.

    The engine of a busy computer now and then loses what a command says: it is asked again then.
    """
    for _ in range(5):
        _, output = machine.run(container, "sh", "-c", f"{{ {script}\n}}; echo '{_END}'")
        if output.endswith(f"{_END}\n"):
            return output.removesuffix(f"{_END}\n")
    raise AssertionError(f"{machine.board_of(container).name} does not tell all: {output[-500:]}")


_END = "that is all"


def shell(container: Container, script: str) -> str:
    """The output of a shell script on the board; fails when the script does."""
    code, output = machine.run(container, "sh", "-c", script)
    if code != 0:
        message = f"{machine.board_of(container).name}: {output}"
        raise AssertionError(message)
    return output
