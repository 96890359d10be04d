"""HDFS: what the NameNode of a board says, its lists of nodes, and directories in HDFS."""

import ipaddress
import json
import shlex
from typing import Any
from urllib.parse import quote

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from facts.answer import REPORT_FILE, Answer
from facts.arguments import RefusedArgumentError, checked_names, refusal
from facts.service import RECORDS
from picluster.plan.hadoop_daemons import HDFS_USER, NAMENODE
from picluster.plan.hadoop_paths import DFS_EXCLUDE, DFS_HOSTS
from picluster.plan.hdfs_found import DirectoryState, LiveDataNode, NameNodeState

TOLD = f"{RECORDS}/{NAMENODE.unit}.told"
"""Which lists the running NameNode was told after its start: its unit's invocation and their
digest."""

BEAN = "jmx?qry=Hadoop:service=NameNode,name=NameNodeInfo"

# Lists that are no younger than the NameNode's start were read by it then.
_COMMAND = (
    r"""export LC_ALL=C PATH="$PATH:/usr/sbin"
"""
    + REPORT_FILE
    + r"""
if [ ! -d /run/systemd/system ]; then echo systemd=0; exit; fi
echo systemd=1
if [ -f @folder@/current/VERSION ]; then echo formatted=1; else echo formatted=0; fi
active=0
if systemctl --quiet is-active @unit@; then active=1; fi
echo "active=$active"
report_file include @include@
report_file exclude @exclude@
told=$(cat @told@ 2>/dev/null)
now="$(systemctl show --property=InvocationID --value -- @unit@) $(@digest@)"
unread=0
for list in @include@ @exclude@; do
  if [ -e @started@ ] && [ ! "$list" -nt @started@ ]; then continue; fi
  if [ "$told" != "$now" ]; then unread=$active; fi
done
echo "unread=$unread"
get() { curl -s --noproxy '*' --max-time 20 "$@" 2>/dev/null; }
if [ "$active" = 1 ]; then
  printf 'info=:%s\n' "$(get -f @url@@bean@ | base64 -w0)"
  get -w '\n' @directories@ | sed 's/^/directory=/'
else echo info=; fi
"""
)


def lists_digest_command() -> str:
    """Shell words that print the digest of the lists as they lie on the board."""
    return f"cat {DFS_HOSTS} {DFS_EXCLUDE} 2>/dev/null | sha256sum | cut -c 1-64"


def parse_namenode(directories: list[str], output: list[str]) -> NameNodeState:
    """The board's answer as data; raises FactProcessError where it cannot be understood."""
    answer = Answer(output)
    if not answer.flag("systemd"):
        raise FactProcessError(
            "systemd does not run there (a chroot, or a container without it), so HDFS cannot be "
            "looked after"
        )
    found = _directories(directories, answer.all("directory"))
    info = _info(answer)
    # While it loads its names, its page is there and HDFS is not.
    answers = bool(info) and len(found) == len(directories)
    return NameNodeState(
        formatted=answer.flag("formatted"),
        active=answer.flag("active"),
        answers=answers,
        safe_mode=str(info.get("Safemode", "")) if answers else "",
        live=_live(info) if answers else {},
        missing_blocks=_whole(info.get("NumberOfMissingBlocks", 0)) if answers else 0,
        include=_lines(answer, "include", DFS_HOSTS),
        exclude=_lines(answer, "exclude", DFS_EXCLUDE),
        unread=answer.flag("unread"),
        directories=found if answers else {},
    )


def _lines(answer: Answer, key: str, path: str) -> list[str] | None:
    content = answer.file(key, path)
    return None if content is None else content.decode(errors="replace").splitlines()


def _info(answer: Answer) -> dict[str, Any]:
    content = answer.file("info", "the NameNode's page")
    if not content:
        return {}
    page = _json(content.decode(errors="replace"))
    beans = page.get("beans")
    if not isinstance(beans, list) or not all(isinstance(bean, dict) for bean in beans):
        raise FactProcessError("the NameNode's page is not what Hadoop writes")
    return beans[0] if beans else {}


def _live(info: dict[str, Any]) -> dict[str, LiveDataNode]:
    """A table in a text in a table, of DataNodes by name and port."""
    found: dict[str, LiveDataNode] = {}
    for name, node in _json(str(info.get("LiveNodes", "{}"))).items():
        try:
            found[str(node["xferaddr"]).rpartition(":")[0]] = LiveDataNode(
                name=name.partition(":")[0],
                admin_state=str(node["adminState"]),
                silent_seconds=_whole(node["lastContact"]),
            )
        except (KeyError, TypeError):
            raise FactProcessError(f"the NameNode tells too little of DataNode {name}") from None
    return found


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise FactProcessError(f"the NameNode told of {value!r} where a number belongs")
    return value


def _directories(paths: list[str], lines: list[str]) -> dict[str, DirectoryState | None]:
    """Those that it told of, in the order in which it was asked."""
    found: dict[str, DirectoryState | None] = {}
    for path, line in zip(paths, lines, strict=False):
        page = _json(line) if line else {}
        error = page.get("RemoteException")
        if isinstance(error, dict) and error.get("exception") == "FileNotFoundException":
            found[path] = None
        elif isinstance(status := page.get("FileStatus"), dict):
            found[path] = _directory(path, status)
    return found


def _directory(path: str, status: dict[str, Any]) -> DirectoryState:
    try:
        if status["type"] != "DIRECTORY":
            raise FactProcessError(
                f"{path} in HDFS is no directory but a {status['type']}; look what it is, and "
                f"move it away: hdfs dfs -mv {path} {path}.old"
            )
        return DirectoryState(
            mode=str(status["permission"]), owner=str(status["owner"]), group=str(status["group"])
        )
    except KeyError:
        raise FactProcessError(f"the NameNode tells too little of {path}") from None


def _json(text: str) -> dict[str, Any]:
    try:
        page = json.loads(text)
    except ValueError:
        page = None
    if not isinstance(page, dict):
        raise FactProcessError("the NameNode's answer is not what Hadoop writes")
    return page


class NameNode(FactBase[NameNodeState | None]):
    """
    Returns whether the NameNode of a board runs, which DataNodes it sees, which lists it goes by,
    and directories in HDFS. ``None`` only where the fact failed, and the host with it.

    + address: IPv4 address that it listens at
    + folder: absolute path of the folder of its names
    + directories: absolute paths in HDFS
    """

    _directories: tuple[str, ...] = ()

    @override
    def command(
        self, address: str, folder: str, directories: list[str] | tuple[str, ...] = ("/",)
    ) -> str:
        try:
            (folder,) = checked_names([folder], r"(/[^/\0]+)+", "absolute path of a folder")
            paths = checked_names(list(directories), r"/|(/[^/\0]+)+", "absolute path")
            url = namenode_url(address)
        except RefusedArgumentError as error:
            return refusal(error)
        self._directories = tuple(paths)
        values = {
            "@folder@": shlex.quote(folder),
            "@unit@": NAMENODE.unit,
            "@include@": DFS_HOSTS,
            "@exclude@": DFS_EXCLUDE,
            "@told@": TOLD,
            "@digest@": lists_digest_command(),
            "@started@": f"{RECORDS}/{NAMENODE.unit}.started",
            "@url@@bean@": shlex.quote(url + BEAN),
            "@directories@": " ".join(
                shlex.quote(webhdfs(url, path, "GETFILESTATUS")) for path in paths
            ),
        }
        command = _COMMAND
        for key, value in values.items():
            command = command.replace(key, value)
        return command

    @override
    def process(self, output: list[str]) -> NameNodeState:
        return parse_namenode(list(self._directories), output)


def namenode_url(address: object) -> str:
    """Where the NameNode's page is. Raises RefusedArgumentError."""
    try:
        checked = ipaddress.IPv4Address(address if isinstance(address, str) else "")
    except ValueError:
        raise RefusedArgumentError(f"{address!r} is no IPv4 address") from None
    return f"http://{checked}:{NAMENODE.port}/"


def webhdfs(url: str, path: str, operation: str, **parameters: str) -> str:
    """The URL of an operation on a path in HDFS, as its administrator."""
    given = "".join(f"&{key}={quote(value, safe='')}" for key, value in parameters.items())
    return f"{url}webhdfs/v1{quote(path)}?op={operation}{given}&user.name={HDFS_USER}"
