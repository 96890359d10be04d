"""Why Spark's jobs could not run, and what to change."""

from collections.abc import Iterator

from picluster.plan import sizing
from picluster.plan.executors import CONTAINERS_MB
from picluster.plan.problems import quote
from picluster.plan.sections import Spark
from picluster.plan.spark import AM_MB, DRIVER_MB, Places


def no_jobs_of_spark(wish: Spark, places: Places) -> Iterator[str]:
    """No NodeManager carries an executor, or none beside the job's first container.

    Nothing where YARN's own smallest job does not fit: that is told already.
    """
    smallest = CONTAINERS_MB["small"]
    size = CONTAINERS_MB[wish.executor or "small"]
    offered = sum(offer.memory_mb for offer in places.offers)
    if offered < sizing.JOB_MB or places.works(size):
        return
    if not places.works(smallest):
        yield f"Spark finds no room for a job: {_lack(smallest, 'an executor', places)}. {_AWAY}"
        return
    what = f"an executor of the size {quote(wish.executor or 'small')}"
    yield (
        f"Spark finds no room for a job: {_lack(size, what, places)}. Leave out executor in "
        f"[spark] for the size of which most fit, or {_AWAY[0].lower()}{_AWAY[1:]}"
    )


_AWAY = (
    "Add a board with 4 GB or more, lower a reserve_mb, or write enabled = false in [spark]: HDFS "
    "and MapReduce run without it"
)


def _lack(size: int, executor: str, places: Places) -> str:
    """What is missing for a job with executors in containers of so many MiB."""
    largest = max(places.offers, key=lambda offer: offer.memory_mb)
    if largest.memory_mb < size:
        return (
            f"{executor} takes {size} MiB, and the largest NodeManager, on {largest.name}, has "
            f"{largest.memory_mb}: {size - largest.memory_mb} are missing"
        )
    if places.beside_master(size):
        why = f"{places.head}, where jobs are submitted, has no memory set aside for a driver; "
        first, title, name = DRIVER_MB, "in a container of its own a driver", "the driver"
    else:
        why, first, title, name = "", AM_MB, "an application master", "the master"
    # Were there another one, it would carry the executor when the first container runs here.
    missing = first + size - largest.memory_mb
    return (
        f"{why}{title} of {first} MiB and {executor} of {size} have to run at once, wherever YARN "
        f"puts {name}; only the NodeManager on {largest.name} carries the executor, and it has "
        f"{largest.memory_mb}: {missing} are missing there, or another NodeManager with {size}"
    )
