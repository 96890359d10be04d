"""Jobs of the benchmark YARN against standalone; runs on a board, under spark-submit.

    spark-submit timed.py JOB TEXT

TEXT is a text file in HDFS. Its last line of output is JSON: the job's result, which has to be the
same under both masters, and when things happened, in seconds since 1970.
"""

import json
import random
import sys
import time
from collections.abc import Callable

from pyspark.ml.clustering import KMeans
from pyspark.ml.feature import VectorAssembler
from pyspark.sql import SparkSession, functions

PARTS = 8
PI_SAMPLES = 1_500_000
JOIN_ROWS = 1_500_000
JOIN_KEYS = 40_000
POINTS = 20_000
ROUNDS = 12


def start_up(spark: SparkSession, text: str) -> int:
    """As good as nothing to do: what is left is what starting takes."""
    return int(spark.sparkContext.parallelize(range(100), 2).count())


def estimate_pi(spark: SparkSession, text: str) -> int:
    """Python alone: how many random points lie in the circle."""

    def inside(part: int) -> int:
        dice = random.Random(part)  # noqa: S311 # the same points each time
        return sum(dice.random() ** 2 + dice.random() ** 2 < 1 for _ in range(PI_SAMPLES // PARTS))

    return int(spark.sparkContext.parallelize(range(PARTS), PARTS).map(inside).sum())


def word_count(spark: SparkSession, text: str) -> int:
    """Reads from HDFS, counts in Python, and shuffles little."""
    lines = spark.sparkContext.textFile(text, PARTS)
    counted = lines.flatMap(str.split).map(lambda word: (word, 1)).reduceByKey(int.__add__)
    return int(counted.map(lambda pair: len(pair[0]) * pair[1]).sum())


def join(spark: SparkSession, text: str) -> int:
    """Spark's own code, which shuffles all rows: a group, and a join of both sides."""
    spark.conf.set("spark.sql.autoBroadcastJoinThreshold", -1)
    spark.range(0, JOIN_ROWS, 1, PARTS).createOrReplaceTempView("numbers")
    first = spark.sql(f"""
        WITH made AS (SELECT xxhash64(id) % {JOIN_KEYS} AS key, id AS value FROM numbers),
             sums AS (SELECT key, sum(value * 2) AS sum, count(*) AS count FROM made GROUP BY key)
        SELECT sum(value % 7 + count) AS all, max(sum) AS most FROM made JOIN sums USING (key)
    """).first()  # noqa: S608 # numbers of this file
    return int(first["all"]) ^ int(first["most"])


def clustering(spark: SparkSession, text: str) -> int:
    """MLlib: many short stages over the same cached rows."""
    rows = spark.range(0, POINTS, 1, PARTS)
    for axis in range(6):
        rows = rows.withColumn(f"x{axis}", functions.rand(axis))
    assembler = VectorAssembler(inputCols=[f"x{axis}" for axis in range(6)], outputCol="features")
    points = assembler.transform(rows).select("features").cache()
    model = KMeans(k=8, seed=1, maxIter=ROUNDS, tol=0.0).fit(points)
    return int(model.summary.numIter)


JOBS: dict[str, Callable[[SparkSession, str], int]] = {
    "start_up": start_up,
    "estimate_pi": estimate_pi,
    "word_count": word_count,
    "join": join,
    "clustering": clustering,
}


def executors(spark: SparkSession) -> list[tuple[str, float]]:
    """Board of each executor that there was, and when it came."""
    # The status store is what the driver's own page and REST answer from.
    listed = spark.sparkContext._jsc.sc().statusStore().executorList(False)
    found = [listed.apply(number) for number in range(listed.size())]
    return sorted(
        (
            executor.hostPort().partition(":")[0].partition(".")[0],
            executor.addTime().getTime() / 1e3,
        )
        for executor in found
        if executor.id() != "driver"
    )


def main(job: str, text: str) -> None:
    """Runs one job."""
    begun = time.time()
    spark = SparkSession.builder.appName(f"benchmark {job}").getOrCreate()
    ready = time.time()
    result = JOBS[job](spark, text)
    done = time.time()
    came = executors(spark)
    spark.stop()
    print(
        json.dumps(
            {
                "result": result,
                "begun": begun,
                "ready": ready,
                "first_executor": min(when for _, when in came),
                "executors": [board for board, _ in came],
                "done": done,
                "stopped": time.time(),
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
