"""The shell scripts that format HDFS, tell its NameNode of lists, and make directories in it."""

from collections.abc import Iterable, Sequence
from shlex import quote

from pyinfra.api import StringCommand

from facts.hdfs import BEAN, TOLD, lists_digest_command, namenode_url, webhdfs
from picluster.plan.hadoop_daemons import GROUP, HDFS_USER, NAMENODE
from picluster.plan.hadoop_paths import DFS_EXCLUDE, DFS_HOSTS, NODES
from picluster.plan.hdfs_directories import HdfsDirectory

SAFE_MODE_SECONDS = 180
"""Until enough DataNodes have told of their blocks: all boards may just have booted."""

FORMAT_SECONDS = 600
"""A format by a run before that was killed; half a minute on a Pi 3."""

# Beside its place, and then moved: Hadoop never formats a folder that has something in it, so one
# that was cut off in the middle could never be finished. A run that was killed leaves its command
# at work: the next one waits for it, and finds HDFS formatted.
_FORMAT = """set -e
staged={folder}.new
exec 9>/run/lock/picluster-hdfs-format
if ! flock -n 9; then
  if ! flock -w {timeout} 9; then
    echo 'another run has been formatting HDFS for {timeout} s' >&2
    exit 1
  fi
  if [ -e {folder}/current ]; then exit 0; fi
fi
if [ -e {folder}/current ]; then echo {folder} 'has names already' >&2; exit 1; fi
rm -rf -- "$staged"
install -d -m 700 -o {user} -g {group} -- {folder} "$staged"
cd /
if ! output=$(runuser -u {user} -- {command} \\
    -D "dfs.namenode.name.dir=file://$staged" -format -nonInteractive {cluster} 2>&1); then
  printf '%s\\n' "$output" | tail -n 15 >&2
  exit 1
fi
sync -f "$staged"
mv -T -- "$staged/current" {folder}/current
rm -rf -- "$staged"
"""

_ADD = """set -e
mkdir -p -- {nodes}
umask 022
if [ ! -e {include} ]; then : >{include}; fi
cp -- {include} {include}.picluster-new
# A last line without an end would take the first new name into it.
sed -i -e '$a\\' -- {include}.picluster-new
printf '%s\\n' {names} >>{include}.picluster-new
mv -fT -- {include}.picluster-new {include}"""

_EXCLUDE = "umask 022; mkdir -p -- {nodes}; if [ ! -e {exclude} ]; then : >{exclude}; fi"

_REFRESH = """now="$(systemctl show --property=InvocationID --value -- {unit}) $({digest})"
if ! output=$(runuser -u {user} -- {command} dfsadmin -refreshNodes 2>&1); then
  printf '%s\\n' "$output" | tail -n 15 >&2
  exit 1
fi
mkdir -p "$(dirname {told})"
printf '%s\\n' "$now" >{told}"""

_WAIT = """uptime() {{ read -r seconds rest </proc/uptime; echo "${{seconds%%.*}}"; }}
deadline=$(($(uptime) + {seconds}))
until curl -s -f --noproxy '*' --max-time 20 {bean} 2>/dev/null | grep -q '"Safemode" : ""'; do
  if [ "$(uptime)" -ge "$deadline" ]; then
    echo 'HDFS is in safe mode still: too few DataNodes have told of their blocks' >&2
    exit 1
  fi
  sleep 0.5
done
put() {{
  if ! output=$(curl -s -S --fail-with-body --noproxy '*' --max-time 60 -X PUT "$1" 2>&1); then
    printf '%s\\n' "$output" >&2
    exit 1
  fi
}}"""


def formatting(folder: str, command: Sequence[str], cluster: str | None) -> StringCommand:
    """Gives an empty folder the names of a new HDFS.

    + command: words that begin a command of the NameNode, with its settings
    + cluster: clusterID of DataNodes that are there already
    """
    return StringCommand(
        _FORMAT.format(
            folder=quote(folder),
            user=HDFS_USER,
            group=GROUP,
            command=" ".join(map(quote, command)),
            cluster="" if cluster is None else f"-clusterid {quote(cluster)}",
            timeout=FORMAT_SECONDS,
        )
    )


def listing(names: Sequence[str]) -> StringCommand:
    """Adds names to the list of nodes that may come; makes the lists that are absent.

    What is written counts as unread then, also where the NameNode was told of the same before: so
    that the dry run knows what comes of it.
    """
    steps = [f"rm -f -- {TOLD}", _EXCLUDE.format(nodes=NODES, exclude=DFS_EXCLUDE)]
    if names:
        quoted = " ".join(map(quote, names))
        steps.append(_ADD.format(nodes=NODES, include=DFS_HOSTS, names=quoted))
    return StringCommand("\n".join(steps))


def refreshing(command: Sequence[str]) -> StringCommand:
    """Has the NameNode read its lists anew, and notes which they were.

    + command: words that begin a command of HDFS
    """
    return StringCommand(
        _REFRESH.format(
            unit=NAMENODE.unit,
            digest=lists_digest_command(),
            user=HDFS_USER,
            command=" ".join(map(quote, command)),
            told=TOLD,
        )
    )


def making(address: str, directories: Iterable[HdfsDirectory]) -> StringCommand:
    """Makes directories, and gives them their modes and owners, as soon as HDFS takes changes."""
    url = namenode_url(address)
    lines = [_WAIT.format(seconds=SAFE_MODE_SECONDS, bean=quote(url + BEAN))]
    for directory in directories:
        path, mode = directory.path, directory.mode
        owner = {"owner": directory.owner, "group": directory.group}
        for wish in (
            webhdfs(url, path, "MKDIRS", permission=mode),
            webhdfs(url, path, "SETOWNER", **owner),
            webhdfs(url, path, "SETPERMISSION", permission=mode),
        ):
            lines.append(f"put {quote(wish)}")
    return StringCommand("\n".join(lines))
