"""YARN: the ResourceManager's lists of nodes, and the NodeManagers that it was not told to dismiss.

Each operation is to be called on every host.
"""

import posixpath
from collections.abc import Iterable, Mapping
from shlex import quote

from pyinfra import host
from pyinfra.api import StringCommand, operation

from facts.yarn import TOLD, UNIT
from operations import daemon
from operations.daemon_found import heard
from operations.difference import note
from operations.failure import Commands, fail
from operations.values import texts
from operations.yarn_found import Where, manager_of
from picluster.plan.hadoop_daemons import YARN_USER
from picluster.plan.yarn import ListChanges, ManagerState, is_dismissed, list_changes, names

# What is under way is noted first: a run that is cut off before the ResourceManager was told leaves
# a note that no digest equals. The refresh is a graceful one: by another one, a node that is just
# being emptied would lose its containers at once.
_TELL = """invocation=$(systemctl show --property=InvocationID --value -- {unit})
mkdir -p -- {folder}
echo "$invocation -" >{told}
{write}
if ! output=$(timeout 120 runuser -u {user} -- {command} -refreshNodes -g -server 2>&1); then
  printf '%s\\n' "$output" | tail -n 15 >&2
  exit 1
fi
echo "$invocation {digest}" >{told}"""


RMADMIN = "/usr/local/bin/yarn rmadmin"


@operation()
def refresh_nodes(nodes: list[str], manager: Where, present: bool = True) -> Commands:
    """
    Keep the ResourceManager's lists of nodes, and tell one that runs when they have changed.

    + nodes: names of the nodes that may come, as YARN calls them: the full ones where these lead to
      the nodes' addresses; who is on the list already stays on it
    + manager: where the ResourceManager is, and its lists
    + present: whether this host has the ResourceManager; nothing is done elsewhere

    The list of those that have to go is made, empty, where there is none, and else left as it is.
    To be called before the ResourceManager is started, which reads both.
    """
    try:
        wished = names(texts("nodes", nodes))
    except ValueError as error:
        yield fail(str(error))
        return
    if not present:
        host.noop("the ResourceManager is not this host's")
        return
    found = manager_of(manager)
    if found is None:
        yield fail("it does not tell of its ResourceManager; see above")
        return
    changes = list_changes(wished, found)
    if not changes:
        host.noop(f"{len(changes.include)} nodes may come")
        return
    _note(changes, found)
    yield StringCommand(_script(manager, changes))
    yield heard()


def _note(changes: ListChanges, found: ManagerState) -> None:
    if found["include"] is None:
        note("list of nodes that may come to YARN", "not there", ", ".join(changes.include))
    else:
        for name in changes.include:
            if name not in found["include"]:
                note(f"{name} on the list of nodes that may come to YARN", "missing", "there")
    if changes.write_exclude:
        note("list of nodes that have to leave YARN", "not there", "there, empty")
    if changes.tell and not (changes.write_include or changes.write_exclude):
        note("lists of YARN's nodes", "not read by the ResourceManager that runs", "read by it")


def _script(manager: Where, changes: ListChanges) -> str:
    write = []
    if changes.write_include:
        write += _put(manager.include, changes.include)
    if changes.write_exclude:
        write += _put(manager.exclude, changes.exclude)
    if changes.tell:
        tell = _TELL.format(
            unit=UNIT,
            folder=quote(posixpath.dirname(TOLD)),
            told=quote(TOLD),
            write="\n".join(write),
            user=YARN_USER,
            command=RMADMIN,
            digest=changes.digest,
        )
        write = [tell]
    return "\n".join(["set -e", "umask 022", *write])


def _put(path: str, hosts: Iterable[str]) -> list[str]:
    """Writes a list beside its place and moves it there."""
    new = quote(f"{path}.picluster-new")
    text = quote("".join(f"{name}\n" for name in hosts))
    return [
        f"mkdir -p -- {quote(posixpath.dirname(path))}",
        f"printf %s {text} >{new}",
        f"mv -fT -- {new} {quote(path)}",
    ]


@operation()
def start_nodemanager(
    node: str,
    units: Mapping[str, str],
    manager: Where,
    ready: Mapping[str, str] | None = None,
    present: bool = True,
) -> Commands:
    """
    Start a NodeManager that does not run, and have it start at boot.

    + node: what YARN calls it, as in the ResourceManager's lists
    + units: its unit's name to the digest that it notes at its start, as for `daemon.start`
    + manager: where the ResourceManager is, and its lists
    + ready: as for `daemon.start`
    + present: whether this host has a NodeManager; nothing is asked where not

    One that was dismissed, because its node is on the list of those that have to go, stays down.
    """
    try:
        names([node])
    except ValueError as error:
        yield fail(str(error))
        return
    if present and is_dismissed(node, manager_of(manager)):
        host.noop(f"{node} is dismissed: {manager.exclude} on {manager.host} names it")
        return
    yield from daemon.start._inner(units=units, ready=ready, present=present)
