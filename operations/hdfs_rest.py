"""HDFS at rest: it takes no change any more, and its names are written out in whole."""

from shlex import quote

from pyinfra import host
from pyinfra.api import StringCommand, operation

from operations.difference import note
from operations.failure import Commands, fail
from operations.hdfs_found import Where, namenode_of
from operations.values import WrongValueError, texts
from picluster.plan.hadoop_daemons import HDFS_USER

# Each step tells what went wrong by itself; what Java's log has besides is not for here.
_REST = """set -e
for words in '-safemode enter' -saveNamespace; do
  if ! output=$(runuser -u {user} -- {command} dfsadmin $words 2>&1); then
    printf '%s\\n' "$output" | tail -n 5 >&2
    exit 1
  fi
done"""


@operation()
def rest(namenode: Where, command: list[str], present: bool = True) -> Commands:
    """
    Let HDFS take no change any more, and write all its names out.

    + namenode: where it is
    + command: words that begin a command of HDFS
    + present: whether it is to rest at all

    To be called on every host, before DataNodes are switched off: so no file is in the middle of
    being written, and no copies are begun for boards that went a moment earlier. The next start of
    the NameNode has nothing to catch up with, and ends this.
    """
    try:
        command = texts("command", command)
    except WrongValueError as error:
        yield fail(str(error))
        return
    if host.name != namenode.host or not present:
        host.noop("HDFS is not to rest by this host")
        return
    found = namenode_of(namenode)
    if found is None:
        yield fail("the board did not tell of its NameNode")
        return
    if not found["active"] or not found["answers"]:
        host.noop("the NameNode does not serve: its names are on its disk")
        return
    note("HDFS", found["safe_mode"] or "takes changes", "at rest, all names written out")
    words = " ".join(quote(word) for word in command)
    yield StringCommand(_REST.format(user=HDFS_USER, command=words))
