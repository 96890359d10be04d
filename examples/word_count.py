"""Counts the words of a text in HDFS: each board reads its own piece of the file.

What to learn: `textFile` reads a file's blocks where they lie, `flatMap` makes words of lines, and
`reduceByKey` brings equal words together over the network (a shuffle).

    picluster put README.md
    picluster submit examples/word_count.py README.md
    picluster submit --cluster examples/word_count.py README.md

The argument is a path in HDFS; a relative one lies in your own folder there (`picluster ls`).

How long it takes: about a minute for a text of a few megabytes where the driver runs on a Pi 4 (an
estimate, no Pi was measured; see docs/jobs.md). Nearly all of that is Spark's start.
"""

import re
import sys
from operator import add

SHOWN = 10


def words(line: str) -> list[str]:
    """The words of a line, in small letters."""
    return re.findall(r"[^\W\d_]+", line.lower())


def most_frequent(counts: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """The words that there are most of; of equals the first in the alphabet."""
    return sorted(counts, key=lambda pair: (-pair[1], pair[0]))[:SHOWN]


def main() -> int:
    from pyspark.sql import SparkSession

    if len(sys.argv) != 2:
        print("Name a text in HDFS, such as README.md after: picluster put README.md")
        return 2
    spark = SparkSession.builder.appName("Word count").getOrCreate()
    text = spark.sparkContext.textFile(sys.argv[1], 4)
    counts = text.flatMap(words).map(lambda word: (word, 1)).reduceByKey(add).collect()
    # The same in another way, to see whether nothing was lost or counted twice.
    total = text.map(lambda line: len(words(line))).sum()
    spark.stop()
    top = most_frequent(counts)
    for word, count in top:
        print(f"{count:8}  {word}")
    counted = sum(count for _, count in counts)
    print(f"{counted} words, {len(counts)} different ones")
    return 0 if counted == total > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
