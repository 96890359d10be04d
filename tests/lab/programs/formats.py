# mypy: ignore-errors
# PySpark is on the boards alone.
"""Writes the same rows in four formats and reads each back: formats.py FOLDER.

Writes what it read into FOLDER/found, a line a format: name, rows, sum of numbers, a word of row 7.
"""

import sys

from pyspark.sql import SparkSession

FORMATS = ("parquet", "orc", "csv", "json")
ROWS = 1000

spark = SparkSession.builder.appName("formats").getOrCreate()
(folder,) = sys.argv[1:]
made = spark.createDataFrame([(n, f'{n} – Grüße, "x"') for n in range(ROWS)], "n int, word string")
lines = []
for kind in FORMATS:
    made.write.format(kind).save(f"{folder}/{kind}")
    read = spark.read.schema("n int, word string").format(kind).load(f"{folder}/{kind}")
    (total,) = read.selectExpr("sum(n)").first()
    (word,) = read.where("n = 7").select("word").first()
    lines.append(f"{kind} {read.count()} {total} {word}")
spark.sparkContext.parallelize(lines, 1).saveAsTextFile(f"{folder}/found")
spark.stop()
