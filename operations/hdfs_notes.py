"""What differs in HDFS and in the NameNode's lists, for `picluster drift`."""

from collections.abc import Iterable, Sequence

from operations.difference import note
from picluster.plan.hdfs_directories import HdfsDirectory
from picluster.plan.hdfs_found import NameNodeState


def note_lists(found: NameNodeState, planned: Sequence[str], missing: Iterable[str]) -> None:
    """Notes what is not as planned of the lists of DataNodes.

    + planned: names of the boards that are to have one
    + missing: those of them that are not on the list of who may come
    """
    if found["include"] is None:
        note("list of DataNodes that may come", "not there", ", ".join(planned) or "there, empty")
    else:
        for name in missing:
            note(f"{name} on the list of DataNodes that may come", "missing", "there")
    if found["exclude"] is None:
        note("list of DataNodes that have to go", "not there", "there, empty")


def note_directories(wrong: Iterable[HdfsDirectory], found: NameNodeState) -> None:
    """Notes each directory in HDFS that is absent, or has another mode or owner."""
    for directory in wrong:
        state = found["directories"].get(directory.path) if found["answers"] else None
        note(
            f"hdfs:{directory.path}",
            "not there"
            if state is None
            else f"mode {state['mode']}, {state['owner']}:{state['group']}",
            f"mode {directory.mode}, {directory.owner}:{directory.group}",
        )
