# mypy: ignore-errors
# PySpark is on the boards alone.
"""Many tasks that each take a while, then a shuffle: long_sum.py TASKS SECONDS FOLDER.

Writes one line: the sum of the squares below 100 times TASKS, 99 % of which went over the shuffle.
"""

import sys
import time
from operator import add

from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("long sum").getOrCreate()
tasks, seconds, folder = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]


def slowly(numbers):
    """The squares, late."""
    time.sleep(seconds)
    return ((number % 100, number * number) for number in numbers)


made = spark.sparkContext.parallelize(range(100 * tasks), tasks).mapPartitions(slowly)
total = made.reduceByKey(add, 4).values().sum()
spark.sparkContext.parallelize([str(total)], 1).saveAsTextFile(folder)
spark.stop()
