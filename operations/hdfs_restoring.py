"""HDFS's names brought from the SecondaryNameNode's checkpoint to the NameNode's board."""

from shlex import quote

from pyinfra import inventory
from pyinfra.api import Host, State, StringCommand

from operations import peers
from operations.failure import failed
from picluster.plan.hadoop_daemons import GROUP, HDFS_USER

TIMEOUT_SECONDS = 900
"""For an image of a full heap, a few dozen MB, from and to slow cards."""

_READ = "cd {path} && tar -czf - current | base64"

# Beside its place, and then moved: what is there is whole, or absent.
_WRITE = """set -e
staged={folder}.new
if [ -e {folder}/current ]; then echo {folder} 'has names already' >&2; exit 1; fi
rm -rf -- "$staged"
install -d -m 700 -o {user} -g {group} -- {folder} "$staged"
base64 -d | tar -xzf - -C "$staged"
if [ ! -f "$staged/current/VERSION" ]; then echo 'the copy has no VERSION' >&2; exit 1; fi
chown -R {user}:{group} -- "$staged"
sync -f "$staged"
mv -T -- "$staged/current" {folder}/current
rm -rf -- "$staged"
"""


def restore(state: State, host: Host, source: str, path: str, folder: str) -> bool:
    """Copies a checkpoint to this host as its NameNode's names; False fails the host.

    + source: name of the host that has it
    + path: of its folder there
    + folder: of the NameNode's names here
    """
    other = inventory.get_host(source, None)
    if other is None or not peers.reachable(other):
        return failed(host, f"{source}, which has the checkpoint, does not answer")
    done, output = peers.run(
        other, StringCommand(_READ.format(path=quote(path))), _timeout=TIMEOUT_SECONDS
    )
    if not done:
        return failed(host, f"{source} did not give its checkpoint: {peers.reason(output)}")
    script = _WRITE.format(folder=quote(folder), user=HDFS_USER, group=GROUP)
    done, output = peers.run(
        host, StringCommand(script), _stdin=output.stdout, _timeout=TIMEOUT_SECONDS
    )
    peers.forget()
    return done or failed(host, f"the checkpoint did not arrive: {peers.reason(output)}")
