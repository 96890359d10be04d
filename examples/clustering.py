"""Finds the centres of four clouds of points with MLlib, Spark's library for machine learning.

What to learn: a table of numbers becomes one of vectors (`VectorAssembler`), an estimator
(`KMeans`) makes a model of it, and the model tells what it found. The points are made around
centres that are known, so that the result can be checked.

    picluster submit examples/clustering.py
    picluster submit --cluster examples/clustering.py 400000

The argument is the number of points, 100,000 without it.

How long it takes: one to two minutes where the driver runs on a Pi 4 (an estimate, no Pi was
measured; see docs/jobs.md): Spark's start, and some twenty small passes over the points.
"""

import sys

CENTRES = [(0.0, 0.0), (0.0, 10.0), (10.0, 0.0), (10.0, 10.0)]
TOLERANCE = 0.1
"""How far a centre that is found may be off; the points of a cloud scatter by 1."""


def farthest(found: list[tuple[float, ...]]) -> float:
    """The largest distance from a true centre to the nearest one that was found."""
    return max(min(((x - a) ** 2 + (y - b) ** 2) ** 0.5 for a, b in found) for x, y in CENTRES)


def main() -> int:
    from pyspark.ml.clustering import KMeans
    from pyspark.ml.feature import VectorAssembler
    from pyspark.sql import SparkSession

    points = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    spark = SparkSession.builder.appName("Clustering").getOrCreate()
    table = spark.range(0, points, 1, 4).selectExpr(
        "10 * (id % 2) + randn(1) AS x",
        "10 * (id div 2 % 2) + randn(2) AS y",
    )
    vectors = VectorAssembler(inputCols=["x", "y"], outputCol="features").transform(table).cache()
    model = KMeans(k=len(CENTRES), seed=1).fit(vectors)
    found = [tuple(map(float, centre)) for centre in model.clusterCenters()]
    spark.stop()
    for x, y in sorted(found):
        print(f"({x:6.2f}, {y:6.2f})")
    off = farthest(found)
    print(f"{points} points, {len(found)} centres, the farthest off by {off:.3f}")
    return 0 if off <= TOLERANCE else 1


if __name__ == "__main__":
    sys.exit(main())
