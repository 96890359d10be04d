"""What speaks against HDFS and YARN is said before anything is touched, with what to do."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tomlkit

from tests.conftest import LabUnderTest
from tests.lab import deploying, hadoop_seen, seen
from tests.lab.refusing import refused_everywhere

Nodes = dict[str, Any]


def elsewhere(
    converged: LabUnderTest, folder: Path, change: Callable[[Any, Nodes], None]
) -> LabUnderTest:
    """The same boards under another cluster.toml."""
    document: Any = tomlkit.parse(converged.lab.cluster_toml.read_text())
    change(document, {node["name"]: node for node in document["node"]})
    other = folder / "cluster.toml"
    other.write_text(tomlkit.dumps(document))
    return LabUnderTest(converged.lab, converged.environment | {"PICLUSTER_CONFIG": str(other)})


def pin_the_head_to_a_small_board(document: Any, nodes: Nodes) -> None:
    nodes["pi1a"]["roles"] = ["namenode", "resourcemanager"]
    nodes["pi1a"]["reserve_mb"] = 400


def more_copies_than_boards(document: Any, nodes: Nodes) -> None:
    document["hdfs"]["replication"] = 4


def nothing_left(document: Any, nodes: Nodes) -> None:
    for node in nodes.values():
        node["reserve_mb"] = int(node["memory_gb"] * 1024) - 300


PLANS: dict[str, tuple[Callable[[Any, Nodes], None], list[str]]] = {
    "a pinned role does not fit": (
        pin_the_head_to_a_small_board,
        ["pi1a has the role resourcemanager pinned", "Pin it to a node with more memory"],
    ),
    "more copies than DataNodes": (
        more_copies_than_boards,
        ["hdfs.replication is 4", "3 boards have a DataNode", "replication = 3 at most"],
    ),
    "no board for the NameNode": (nothing_left, ["namenode", "reserve_mb"]),
}


@pytest.mark.parametrize("case", PLANS)
def test_a_plan_that_cannot_be(converged: LabUnderTest, tmp_path: Path, case: str) -> None:
    change, words = PLANS[case]
    other = elsewhere(converged, tmp_path, change)
    run = deploying.apply(other.environment)
    assert run.code == 1
    assert "Connecting" not in run.log, "a board was contacted"
    assert "Traceback" not in run.log
    for word in ["cannot carry what it asks for", *words]:
        assert word.lower() in run.log.lower(), run.log


def test_the_namenodes_data_is_on_another_board(converged: LabUnderTest, tmp_path: Path) -> None:
    def pin(document: Any, nodes: Nodes) -> None:
        nodes["pi2a"]["roles"] = ["namenode"]

    other = elsewhere(converged, tmp_path, pin)
    before = hadoop_seen.processes(converged)
    refused_everywhere(
        other,
        "the NameNode's data is on pi8",
        "pi2a is planned to carry it",
        'write roles = ["namenode"] into the [[node]] of pi8',
    )
    assert hadoop_seen.processes(converged) == before
    hadoop_seen.is_healthy(converged)


def test_a_disk_that_is_too_small(converged: LabUnderTest, tmp_path: Path) -> None:
    """A new card of this board, and a disk that has no room."""
    board = converged.boards["pi1a"]
    seen.shell(board, "mkdir -p /srv/small && mount -t tmpfs -o size=64m small /srv/small")
    kept = "/var/lib/hadoop/datanode"
    seen.shell(board, f"systemctl stop hdfs-datanode && mv {kept} {kept}.aside")
    try:

        def declare(document: Any, nodes: Nodes) -> None:
            nodes["pi1a"]["storage"] = "/srv/small"

        other = elsewhere(converged, tmp_path, declare)
        for run in (
            deploying.dry_run(other.environment, deploy="deploys.hdfs.apply"),
            deploying.apply(other.environment, deploy="deploys.hdfs.apply"),
        ):
            assert run.code == 1
            assert "the disk of /srv/small has" in run.log
            assert "declare the mount point of a disk" in run.log
            assert "Traceback" not in run.log
        assert seen.shell(board, "ls /srv/small") == ""
    finally:
        seen.shell(board, f"mv {kept}.aside {kept}; umount /srv/small; rmdir /srv/small")
    hadoop_seen.mended(converged)
