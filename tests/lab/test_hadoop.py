"""HDFS and YARN on three boards: as planned, of use to everybody, and back after small accidents.

More: tests/shards/test_hadoop.py, and tests/lab/drifts/{hdfs,yarn}.py.
"""

from picluster.lab import machine
from tests.conftest import LabUnderTest
from tests.lab import accidents, hadoop_seen, jobs, seen


def test_nodes_are_as_planned_and_the_files_well(converged: LabUnderTest) -> None:
    hadoop_seen.wait_until_as_planned(converged)
    hadoop_seen.is_healthy(converged)


def test_an_ordinary_user_runs_a_job_from_the_smallest_board(converged: LabUnderTest) -> None:
    assert 3 < jobs.pi(converged.boards["pi1a"]) < 3.3


def test_a_killed_datanode_comes_back_by_itself(converged: LabUnderTest) -> None:
    board = converged.boards["pi1a"]
    content = jobs.put(board, "kept", 4)
    before = hadoop_seen.process(board, "hdfs-datanode")
    seen.shell(board, f"kill -9 {before}")
    accidents.wait_for(
        lambda: hadoop_seen.process(board, "hdfs-datanode") not in (0, before),
        "systemd did not start it again",
    )
    assert jobs.digest(board, "kept") == content, "two other boards have it"
    hadoop_seen.wait_until_as_planned(converged)
    jobs.clean(board, "kept")


def test_no_process_ran_out_of_memory(converged: LabUnderTest) -> None:
    hadoop_seen.nobody_was_killed(converged)
    for board in converged.boards.values():
        found = hadoop_seen.memory(board)
        limit = machine.board_of(board).memory_limit_bytes >> 20
        assert found.limit_mb == limit, "another counter was read"
