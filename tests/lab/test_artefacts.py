"""Archives on their way: from this computer to one board, and from there to the others."""

from picluster.artefacts import HADOOP, SPARK
from tests.conftest import History, LabUnderTest
from tests.lab import deploying, hadoop_seen, seen, spark_seen
from tests.unit.artefacts import spark_tree

TREE = "cd /opt/{}/ && find . -type f ! -name '.*' | sort | xargs sha256sum"


def test_the_controller_sends_each_once(history: History, converged: LabUnderTest) -> None:
    """What else the first run of everything sends to three boards is a few megabytes."""
    archives = HADOOP.size + SPARK[spark_seen.spark_plan(converged).version].size
    assert archives < history.sent_bytes < archives + 40_000_000


def test_every_board_has_the_same_tree(converged: LabUnderTest) -> None:
    nodes = {
        "hadoop": [planned.node.name for planned in hadoop_seen.plan(converged).nodes],
        "spark": spark_seen.spark_plan(converged).nodes,
    }
    for name, those in nodes.items():
        digests = {seen.shell(converged.boards[node], TREE.format(name)) for node in those}
        assert len(digests) == 1, name


def test_the_archive_of_spark_is_for_a_pi(converged: LabUnderTest) -> None:
    archive = SPARK[spark_seen.spark_plan(converged).version]
    made = deploying.ROOT / ".picluster" / "artefacts" / archive.file_name
    spark_tree.natives_run_on_a_pi(made)
    spark_tree.all_is_at_its_place(made)
