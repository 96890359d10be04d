"""HDFS: formatted once, its lists of nodes, its directories, and DataNodes restarted in turn.

Each operation is to be called on every host, in this order: `lists`, `format`, then
`daemon.start` of the NameNode, `refresh_nodes`, `daemon.start` of the DataNodes, `roll`,
`directories`.
"""

from collections.abc import Mapping, Sequence

from pyinfra import host, state
from pyinfra.api import FunctionCommand, operation

from operations import hdfs_restoring, hdfs_rolling, hdfs_scripts
from operations.daemon import note_outdated, outdated
from operations.daemon_found import heard
from operations.difference import note, unseen
from operations.failure import Commands, fail
from operations.hdfs_found import Where, board, boards, folders_of, host_names, namenode_of
from operations.hdfs_health import answering
from operations.hdfs_notes import note_directories, note_lists
from operations.values import WrongValueError, table, texts
from picluster.plan.hdfs_directories import HdfsDirectory
from picluster.plan.hdfs_found import NameNodeState
from picluster.plan.hdfs_refusals import cluster_refusal, cluster_to_join, is_formatted
from picluster.plan.hdfs_steps import missing_names, wrong_directories

NOT_HERE = "the NameNode is not this host's"
NO_ANSWER = "the NameNode does not answer: see `journalctl -u hdfs-namenode`"
NO_HDFS = "there is no HDFS yet: deploys.hdfs.apply comes first, then deploys.yarn.apply"


@operation()
def lists(namenode: Where, datanodes: Sequence[str]) -> Commands:
    """
    Keep the lists by which the NameNode knows its nodes: those planned are on the one of who may
    come, and nobody is ever taken off either.

    + namenode: where it is
    + datanodes: names of the boards that are to have a DataNode

    The list of who has to go is made empty where it is absent, and never written again.
    """
    try:
        datanodes = host_names(datanodes)
    except WrongValueError as error:
        yield fail(str(error))
        return
    if host.name != namenode.host:
        host.noop(NOT_HERE)
        return
    found = namenode_of(namenode)
    if found is None:
        yield fail("the board did not tell of its NameNode")
        return
    missing = missing_names(datanodes, found["include"])
    if not _is_to_write(datanodes, found):
        host.noop(f"{len(datanodes)} DataNodes are on the list")
        return
    note_lists(found, datanodes, missing)
    yield hdfs_scripts.listing(missing)
    yield heard()


def _is_to_write(datanodes: Sequence[str], found: NameNodeState) -> bool:
    """Whether `lists` has to write one of them."""
    missing = missing_names(datanodes, found["include"])
    return bool(missing) or found["include"] is None or found["exclude"] is None


@operation()
def format(
    namenode: Where,
    folders: Mapping[str, str],
    command: Sequence[str],
    accepted: bool = False,
    hold: str | None = None,
) -> Commands:
    """
    Give HDFS its names where no board has any: once in a cluster's life.

    + namenode: where it is planned
    + folders: name of each host of the cluster to the folder that its data is to lie in
    + command: words that begin a command of the NameNode, with its settings
    + accepted: the owner gives up the files of a former HDFS; names are never overwritten
    + hold: why nothing may be formatted now, such as too weak a supply: where it would be, the host
      fails with that instead

    All boards are asked before, also those that `--limit` leaves out: nothing is formatted while
    one has a former cluster's data, or does not answer.
    """
    try:
        folders, command = folders_of(namenode, folders), texts("command", command)
    except WrongValueError as error:
        yield fail(str(error))
        return
    if host.name != namenode.host:
        host.noop(NOT_HERE)
        return
    own = board(host.name, folders)
    if own is None:
        yield fail("the board did not tell what data it has")
        return
    if is_formatted(own, namenode.folder):
        host.noop("HDFS has its names")
        return
    found = boards(namenode, folders)
    reason = cluster_refusal(host.name, namenode.folder, found, accepted=accepted)
    if reason is not None:
        yield fail(reason)
        return
    joined = cluster_to_join(found)
    note(f"names of HDFS in {namenode.folder}", "none", f"those of {joined or 'a new HDFS'}")
    if hold is not None:
        yield fail(hold)
        return
    yield hdfs_scripts.formatting(namenode.folder, command, joined)
    yield heard()


@operation()
def restore(namenode: Where, source: str, path: str, hold: str | None = None) -> Commands:
    """
    Give the NameNode the names that a SecondaryNameNode has a copy of; none are overwritten.

    + namenode: where it is planned
    + source: name of the host that has the copy
    + path: of its folder there
    + hold: as for `format`

    Files that were written since the copy are lost, and their blocks are deleted.
    """
    if host.name != namenode.host:
        host.noop(NOT_HERE)
        return
    own = namenode_of(namenode)
    if own is None:
        yield fail("the board did not tell of its NameNode")
        return
    if own["formatted"]:
        host.noop("HDFS has its names")
        return
    note(f"names of HDFS in {namenode.folder}", "none", f"the copy in {path} on {source}")
    if hold is not None:
        yield fail(hold)
        return
    yield FunctionCommand(hdfs_restoring.restore, (source, path, namenode.folder), {})


@operation()
def refresh_nodes(
    namenode: Where, datanodes: Sequence[str], units: Mapping[str, str], command: Sequence[str]
) -> Commands:
    """
    Tell the NameNode of lists of nodes that it has not read.

    + namenode: where it is
    + datanodes: as for `lists`
    + units: the NameNode's name to its digest, as for `daemon.restart`: one that is restarted reads
      them by itself
    + command: words that begin a command of HDFS
    """
    try:
        datanodes, command = host_names(datanodes), texts("command", command)
        if host.name != namenode.host:
            host.noop(NOT_HERE)
            return
        wrong = outdated(units, present=True)
    except WrongValueError as error:
        yield fail(str(error))
        return
    found = namenode_of(namenode)
    if found is None or wrong is None:
        yield fail("the board did not tell of its NameNode")
        return
    changing = _is_to_write(datanodes, found)
    if not found["active"] or wrong or not (changing or found["unread"]):
        host.noop("the NameNode knows its lists, or reads them at its start")
        return
    note("lists of DataNodes", "not read by the NameNode that runs", "read by it")
    yield hdfs_scripts.refreshing(command)
    yield heard()


@operation()
def directories(
    namenode: Where, wished: Sequence[HdfsDirectory], restored: bool = False
) -> Commands:
    """
    Keep directories in HDFS, with mode and owner; what lies in them is not looked at.

    + namenode: where it is, and all directories that anybody wishes
    + wished: those of them to see to, parents first
    + restored: a NameNode without names gets those of a copy, which may hold them already

    Waits for the end of safe mode where something is to be done. Of a NameNode that has names and
    is down, nobody can tell what is to be done: it is announced when it runs.
    """
    if host.name != namenode.host:
        host.noop(NOT_HERE)
        return
    unknown = [d.path for d in wished if d not in namenode.directories]
    if unknown:
        yield fail(f"not among the directories of the NameNode: {', '.join(unknown)}")
        return
    found = answering(namenode) if state.is_executing else namenode_of(namenode)
    if found is None:
        yield fail("the board did not tell of its NameNode")
        return
    if found["answers"]:
        wrong = wrong_directories(wished, found["directories"])
    elif state.is_executing:
        yield fail(NO_ANSWER if found["formatted"] else NO_HDFS)
        return
    else:
        wrong = [] if found["formatted"] or restored else list(wished)
        if found["formatted"] and found["active"] and wished:
            unseen("directories in HDFS", NO_ANSWER, behind=[namenode.host])
    if not wrong:
        host.noop(f"{len(wished)} directories are as they should be, or cannot be asked yet")
        return
    note_directories(wrong, found)
    yield hdfs_scripts.making(namenode.address, wrong)
    yield heard()


@operation()
def roll(
    namenode: Where,
    datanodes: Mapping[str, str],
    units: Mapping[str, str],
    ready: Mapping[str, str],
    present: bool = True,
) -> Commands:
    """
    Restart DataNodes that run with something else than wished, one board after the other.

    + namenode: where it is
    + datanodes: name of each board with a DataNode to its IPv4 address
    + units: as for `daemon.restart`
    + ready: as for `daemon.start`
    + present: whether this host has a DataNode

    Each board waits until those before it are back, and is left alone when the NameNode does not
    see all others, or misses blocks.
    """
    try:
        others, waits = table("datanodes", datanodes), table("ready", ready)
        wrong = outdated(units, present)
    except WrongValueError as error:
        yield fail(str(error))
        return
    if wrong is None:
        yield fail()
        return
    if not wrong:
        host.noop("no DataNode runs with anything else than wished")
        return
    note_outdated(wrong)
    yield FunctionCommand(hdfs_rolling.step, (namenode, others, list(wrong), waits), {})
