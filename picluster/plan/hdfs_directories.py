"""Directories that have to be in HDFS before YARN and its jobs start."""

from dataclasses import dataclass

from picluster.plan.hadoop_daemons import GROUP, HDFS_USER, MAPRED_USER, SPARK_USER, YARN_USER

STAGING = "/user"
"""Each user's own jobs are staged below their home, /user/NAME/.staging."""
HISTORY_DONE = "/mr-history/done"
HISTORY_INTERMEDIATE = "/mr-history/tmp"
"""Not below STAGING, where the history server would make a folder that no user may enter: then
every job of an ordinary user fails."""
LOGS = "/app-logs"
SPARK_EVENTS = "/spark-events"
"""What Spark's jobs tell of themselves, for its history server."""


@dataclass(frozen=True, slots=True)
class HdfsDirectory:
    """A directory in HDFS as it should be."""

    path: str
    mode: str
    """Octal digits without a leading zero."""
    owner: str
    group: str

    def to_json(self) -> dict[str, str]:
        """What `pyinfra … --json` shows of it."""
        return {"path": self.path, "mode": self.mode, "owner": self.owner, "group": self.group}


def hdfs_directories(user: str) -> tuple[HdfsDirectory, ...]:
    """Those of HDFS itself, parents first.

    + user: who has a home in it, the user of the boards
    """
    return (
        HdfsDirectory("/", "755", HDFS_USER, GROUP),
        HdfsDirectory("/tmp", "1777", HDFS_USER, GROUP),  # noqa: S108 - a path in HDFS
        HdfsDirectory("/user", "755", HDFS_USER, GROUP),
        HdfsDirectory(f"/user/{user}", "750", user, user),
    )


def yarn_directories() -> tuple[HdfsDirectory, ...]:
    """Those of YARN and of MapReduce's history, parents first."""
    return (
        HdfsDirectory("/mr-history", "755", MAPRED_USER, GROUP),
        HdfsDirectory(HISTORY_INTERMEDIATE, "1777", MAPRED_USER, GROUP),
        HdfsDirectory(HISTORY_DONE, "770", MAPRED_USER, GROUP),
        # The NodeManagers write there, each in the name of a job's user.
        HdfsDirectory(LOGS, "1777", YARN_USER, GROUP),
    )


def spark_directories() -> tuple[HdfsDirectory, ...]:
    """Those of Spark."""
    return (HdfsDirectory(SPARK_EVENTS, "1777", SPARK_USER, GROUP),)
