"""Estimates Pi by throwing darts at a square: the work is shared out over the boards' cores.

What to learn: `parallelize` cuts work into parts, `map` does them on the boards, `sum` brings the
results together. Each part draws its own random numbers, from a seed, so that the result is the
same however many boards take part.

    picluster submit examples/estimate_pi.py
    picluster submit --cluster examples/estimate_pi.py 40

The argument is the number of parts, 8 without it; each throws 200,000 darts.

How long it takes: about a minute where the driver runs on a Pi 4 (an estimate, no Pi was measured).
Nearly all of that is Spark's start, which took 24 to 27 s in the simulated cluster of seven boards
on two cores of a PC, twice that on a Pi 4's slower cores; a part takes 0.04 s of a PC's core.
"""

import random
import sys
from math import pi

DARTS = 200_000


def hits(part: int) -> int:
    """How many of a part's darts hit the quarter of a circle in the square."""
    throw = random.Random(part).random  # noqa: S311 - no secret
    return sum(throw() ** 2 + throw() ** 2 <= 1 for _ in range(DARTS))


def estimate(hit: int, thrown: int) -> float:
    """Pi, from how many darts hit."""
    return 4 * hit / thrown


def is_right(estimated: float, thrown: int) -> bool:
    """Whether an estimate is as close as chance lets one expect: within five standard errors."""
    error = 4 * (pi / 4 * (1 - pi / 4) / thrown) ** 0.5
    return bool(abs(estimated - pi) <= 5 * error)


def main() -> int:
    from pyspark.sql import SparkSession

    parts = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    spark = SparkSession.builder.appName("Estimate of Pi").getOrCreate()
    hit = spark.sparkContext.parallelize(range(parts), parts).map(hits).sum()
    spark.stop()
    estimated = estimate(hit, parts * DARTS)
    print(f"Pi is roughly {estimated:.5f}, after {parts * DARTS} darts")
    return 0 if is_right(estimated, parts * DARTS) else 1


if __name__ == "__main__":
    sys.exit(main())
