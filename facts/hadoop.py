"""What a board holds for Hadoop: data of former and present clusters, room on its disk, memory."""

import base64
import binascii
import shlex

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from facts.answer import Answer
from facts.arguments import RefusedArgumentError, checked_names, refusal
from picluster.plan.hadoop_paths import DEFAULT_FOLDER, ETC
from picluster.plan.hdfs_found import STORAGE_KINDS, HadoopBoardState, HadoopStorage

# Data is looked for where it is to be, where it would be without a disk of its own, and where the
# daemon was last told to keep it. What a server puts into an empty folder first, in_use.lock, is
# no data; nor is what mkfs does.
_COMMAND = r"""export LC_ALL=C
look() {{
  for path in "$2/$1" {default}/"$1" $(sed -n 's,.*<value>file://\(/[^< ]*\)</value>.*,\1,p' \
      "{etc}/$1/hdfs-site.xml" 2>/dev/null); do
    case "$path" in */"$1") ;; *) continue ;; esac
    case "$seen" in *" $path "*) continue ;; esac
    seen="$seen $path "
    content=$(ls -A -- "$path" 2>/dev/null | grep -vxE 'in_use[.]lock|lost[+]found')
    if [ -z "$content" ]; then continue; fi
    version=$path/current/VERSION
    formatted=0
    if [ -f "$version" ]; then formatted=1; fi
    cluster=$(sed -n 's/^clusterID=\([^ ]*\).*/\1/p' "$version" 2>/dev/null)
    blocks=0
    if [ -n "$(find "$path" -name 'blk_*' ! -name '*.meta' 2>/dev/null | head -n 1)" ]; then
      blocks=1
    fi
    echo "data=$1 $formatted ${{cluster:--}} $blocks $(printf '%s' "$path" | base64 -w0)"
  done
}}
seen=
for kind in {kinds}; do look "$kind" {folder}; done
there={folder}
while [ ! -d "$there" ]; do there=${{there%/*}}; there=${{there:-/}}; done
df -P -k -- "$there" | awk 'NR == 2 {{
  print "free=" int($4 / 1024) }}'
echo "mount=:$(df --output=target -- "$there" | tail -n 1 | base64 -w0)"
awk '$1 == "MemTotal:" {{ print "memory=" int($2 / 1024) }}' /proc/meminfo
"""


def parse_board(output: list[str]) -> HadoopBoardState:
    """The board's answer as data; raises FactProcessError where it cannot be understood."""
    answer = Answer(output)
    return HadoopBoardState(
        storages=[_storage(line) for line in answer.all("data")],
        free_mb=_size(answer, "free"),
        mount=(answer.file("mount", "/proc/mounts") or b"").decode(errors="replace").strip(),
        memory_mb=_size(answer, "memory"),
    )


def _storage(line: str) -> HadoopStorage:
    fields = line.split(" ", 4)
    kind = next((kind for kind in STORAGE_KINDS if kind == fields[0]), None)
    if kind is None or len(fields) != 5 or not {fields[1], fields[3]} <= {"0", "1"}:
        raise FactProcessError(f"the board told of data in an unknown form: {line!r}")
    return HadoopStorage(
        kind=kind,
        path=_path(fields[4]),
        formatted=fields[1] == "1",
        cluster=None if fields[2] == "-" else fields[2],
        blocks=fields[3] == "1",
    )


def _path(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode(errors="replace")
    except binascii.Error:
        raise FactProcessError("the path of a folder with data arrived damaged") from None


def _size(answer: Answer, key: str) -> int:
    size = answer.number(key)
    if size is None or size < 0:
        raise FactProcessError(f"the board could not tell its {key} in MiB")
    return size


class HadoopBoard(FactBase[HadoopBoardState | None]):
    """
    Returns where a board has data of HDFS's daemons and of which cluster it is, the room where it
    is to lie, and the board's memory. ``None`` only where the fact failed, and the host with it.

    + folder: absolute path of the folder that Hadoop's data is to lie in
    """

    @override
    def command(self, folder: str = DEFAULT_FOLDER) -> str:
        try:
            (folder,) = checked_names([folder], r"(/[^/\0]+)+", "absolute path of a folder")
        except RefusedArgumentError as error:
            return refusal(error)
        return _COMMAND.format(
            folder=shlex.quote(folder),
            default=DEFAULT_FOLDER,
            etc=ETC,
            kinds=" ".join(STORAGE_KINDS),
        )

    @override
    def process(self, output: list[str]) -> HadoopBoardState:
        return parse_board(output)
