"""The commands spark-submit, pyspark and spark-sql."""

from string import Template

from picluster.plan import spark_paths as paths

NAMES = ("spark-submit", "pyspark", "spark-sql")


def path(name: str) -> str:
    """Where a command is on a board."""
    return f"/usr/local/bin/{name}"


def command(name: str, home: str) -> str:
    """The text of a command, a program of sh.

    + home: folder of the version's programs
    """
    python = _PYTHON.substitute(zip=paths.python_archives("$home")[0]) if name == "pyspark" else ""
    return _PROGRAM.substitute(name=name, home=home, conf=paths.CONF, python=python)


_PYTHON = Template(
    """\
# It looks for its modules in a folder of files, where here is a zip.
export PYTHONPATH="$zip$${PYTHONPATH:+:$$PYTHONPATH}"
"""
)

_PROGRAM = Template(
    """\
#!/bin/sh
# Written by PiCluster; the next deploy puts back what is changed here by hand.
# SPARK_CONF_DIR names other settings; what else may be set is in spark-env.sh there.
home=$home
if [ ! -x "$$home/bin/$name" ]; then
  echo "$name: there is no Spark in $$home; deploy it:" \\
    "pyinfra inventory.py deploys.spark.apply" >&2
  exit 2
fi
export SPARK_HOME="$$home" SPARK_CONF_DIR="$${SPARK_CONF_DIR:-$conf}"
${python}exec "$$home/bin/$name" "$$@"
"""
)
