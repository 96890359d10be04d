"""Spark: what its jobs need of Debian."""

from pyinfra import host
from pyinfra.api import operation

from operations import packages as debian_packages
from operations.daemon_found import daemons, forget
from operations.failure import Commands, fail
from operations.values import WrongValueError, texts
from picluster.plan.spark_paths import PACKAGES


@operation()
def packages(packages: list[str], present: bool = True, hold: str | None = None) -> Commands:
    """
    Install what Spark's jobs in Python need, where it is not there, or not completely.

    + packages: of `picluster.plan.spark_paths.PACKAGES`
    + present: whether this host has Spark's files; where not, what is there stays
    + hold: as for `packages.debian`

    **Example:**

    .. code:: python

        spark.packages(name="Install Python", packages=["python3", "python3-numpy"])
    """
    try:
        packages = texts("packages", packages)
    except WrongValueError as error:
        yield fail(str(error))
        return
    if unknown := [name for name in packages if name not in PACKAGES]:
        yield fail(f"not among Spark's packages: {', '.join(map(repr, unknown))}")
        return
    if not present:
        host.noop("this host has no Spark")
        return
    found = daemons()
    if found is None:
        yield fail()
        return
    missing = debian_packages.not_coming(name for name in packages if name in found["missing"])
    if not missing:
        host.noop(f"{len(packages)} packages are installed")
        return
    forget()
    yield from debian_packages.debian._inner(packages=missing, hold=hold)
