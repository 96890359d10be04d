"""Where Spark lies on a board, and what its processes are told of it."""

CONF = "/etc/spark/conf"
"""What commands read, and send to the containers of their job."""
DEFAULTS = f"{CONF}/spark-defaults.conf"
ENVIRONMENT = f"{CONF}/spark-env.sh"
LOGGING = f"{CONF}/log4j2.properties"

PYTHON = "/usr/bin/python3"
"""Debian's: the same on every board, since all have the same release."""

PACKAGES = ("python3", "python3-numpy")
"""Debian's, where Spark's files are. MLlib's Python needs numpy."""

JOB_RUNNER = "/usr/local/lib/picluster/job-runner"
"""Program that `picluster submit` starts on the head."""

_PY4J = "py4j-0.10.9.9-src.zip"
"""Of every version that is pinned; bin/pyspark of each names it."""


def jars(home: str) -> str:
    """Spark's classes, as a class path.

    + home: folder of the version's programs
    """
    return f"{home}/jars/*"


def python_archives(home: str) -> tuple[str, ...]:
    """What Python needs to find pyspark.

    + home: folder of the version's programs
    """
    return f"{home}/python/lib/pyspark.zip", f"{home}/python/lib/{_PY4J}"
