# mypy: ignore-errors
# PySpark is on the boards alone.
"""Reads a text from HDFS and writes how often each word is in it: count_words.py TEXT FOLDER."""

import sys
from operator import add

from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("count words").getOrCreate()
text, folder = sys.argv[1:]
words = spark.sparkContext.textFile(text).flatMap(str.split)
counted = words.map(lambda word: (word, 1)).reduceByKey(add).sortByKey()
counted.map(lambda pair: f"{pair[0]} {pair[1]}").coalesce(1).saveAsTextFile(folder)
spark.stop()
