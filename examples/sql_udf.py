"""Asks a generated table with SQL, in which a Python function of one's own does the counting.

What to learn: a function of Python becomes one of SQL (a UDF), which runs on the boards for each
row; a table is written to HDFS in columns (Parquet) and read again; SQL sorts and adds up.

The function counts the steps of Collatz's sequence: halve an even number, else triple it and add
one, until it is 1. Which number below 100,000 takes longest is known: 77,031, with 350 steps.

    picluster submit examples/sql_udf.py
    picluster submit --cluster examples/sql_udf.py 10000

The argument is the number of rows, 100,000 without it. The table is removed in the end.

How long it takes: one to two minutes where the driver runs on a Pi 4 (an estimate, no Pi was
measured; see docs/jobs.md). The function itself takes 0.7 s of a PC's core for all rows.
"""

import sys
import uuid

LONGEST = {10_000: (6_171, 261), 100_000: (77_031, 350), 1_000_000: (837_799, 524)}
"""Below each of these: the number that takes longest, and its steps (OEIS A284668, A284669)."""


def steps(number: int) -> int:
    """How many steps Collatz's sequence takes from a number to 1."""
    count = 0
    while number != 1:
        number = number // 2 if number % 2 == 0 else 3 * number + 1
        count += 1
    return count


def is_right(rows: int, read: int, longest: tuple[int, int]) -> bool:
    """Whether all rows were read, and the longest is the known one, or at least consistent."""
    return read == rows and longest == LONGEST.get(rows, (longest[0], steps(longest[0])))


def main() -> int:
    from pyspark.sql import SparkSession

    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    path = f"sql-udf-{uuid.uuid4().hex}"
    spark = SparkSession.builder.appName("SQL with a Python function").getOrCreate()
    spark.udf.register("steps", steps, "int")
    try:
        spark.range(1, rows + 1, 1, 8).createOrReplaceTempView("numbers")
        spark.sql("SELECT id AS number, steps(id) AS steps FROM numbers").write.parquet(path)
        spark.read.parquet(path).createOrReplaceTempView("sequences")
        found = spark.sql(
            "SELECT count(*) AS read, max(steps) AS most,"
            " max_by(number, (steps, -number)) AS longest FROM sequences"
        ).first()
    finally:
        java = spark._jvm.org.apache.hadoop.fs
        files = java.FileSystem.get(spark._jsc.hadoopConfiguration())
        files.delete(java.Path(path), True)
        spark.stop()
    print(f"Of {found.read} numbers {found.longest} takes longest: {found.most} steps")
    return 0 if is_right(rows, found.read, (found.longest, found.most)) else 1


if __name__ == "__main__":
    sys.exit(main())
