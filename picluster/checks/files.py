"""Whether a file can be written to HDFS, read again, and removed."""

import hashlib
import secrets

from picluster.checks import daemons
from picluster.checks.check import Check
from picluster.checks.cluster import Cluster
from picluster.checks.conditions import first, hdfs_is_off, silent
from picluster.checks.verdict import AskError, Verdict, failed, passed
from picluster.webhdfs import WebHdfs, WebHdfsError

BYTES = 1 << 20
"""Random ones: every file is another, so that nothing old can be read by mistake."""


def judge(written: str, read: str, removed: bool, left: bool) -> Verdict:
    """From the MD5 of both, and from what became of the file."""
    if written != read:
        return failed(
            f"what was read from HDFS is not what was written: MD5 {read}, wanted {written}",
            "sudo -u hdfs hdfs fsck / on the NameNode's board; a card or a disk may be dying: sudo "
            "dmesg on the boards",
        )
    if not removed or left:
        return failed(
            "the file was read, and could not be removed again",
            "hdfs dfs -ls shows what is left in the user's folder; pyinfra inventory.py "
            "deploys.hdfs.apply",
        )
    return passed(f"{BYTES >> 20} MB written, read back the same, and removed")


def waits_for_the_dead(cluster: Cluster) -> str | None:
    """A write may meet a DataNode that does not answer, or whose board does not, and wait minutes
    for it.
    """
    if not cluster.quick:
        return None
    found = daemons.answers(cluster)
    dead = [
        name
        for name in cluster.plan.having("datanode")
        if name in cluster.silent or found.get((name, "datanode")) is not None
    ]
    return f"not asked by --quick: a write may wait for {', '.join(dead)}" if dead else None


def ask(cluster: Cluster) -> Verdict:
    """Writes, reads and removes a file in the user's own folder."""
    hdfs = WebHdfs.of(cluster.config, cluster.plan)
    content = secrets.token_bytes(BYTES)
    path = f"picluster-check-{secrets.token_hex(8)}"
    try:
        try:
            hdfs.put(path, [content])
            read = hashlib.md5(usedforsecurity=False)
            for piece in hdfs.read(path):
                read.update(piece)
        finally:
            removed = hdfs.delete(path)
        left = hdfs.status(path) is not None
    except WebHdfsError as error:
        remedy = "pyinfra inventory.py deploys.hdfs.apply"
        raise AskError(f"a file could not go to HDFS and back: {error}", remedy) from None
    written = hashlib.md5(content, usedforsecurity=False).hexdigest()
    return judge(written, read.hexdigest(), removed, left)


CHECK = Check(
    "hdfs-files",
    "A file goes into HDFS and comes back",
    "put, read, MD5 and remove over WebHDFS, as the ordinary user",
    ask,
    first(hdfs_is_off, silent("namenode"), waits_for_the_dead),
    needs=("hdfs-safe-mode",),
)
