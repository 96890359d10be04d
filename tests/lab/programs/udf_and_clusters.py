# mypy: ignore-errors
# PySpark is on the boards alone.
"""A function of Python in SQL, and MLlib: udf_and_clusters.py FOLDER.

Writes two lines: the sum that the function gives, and the sorted centres of two clusters.
"""

import sys

from pyspark.ml.clustering import KMeans
from pyspark.ml.feature import VectorAssembler
from pyspark.sql import SparkSession
from pyspark.sql.functions import udf

spark = SparkSession.builder.appName("UDF and clusters").getOrCreate()
(folder,) = sys.argv[1:]
spark.udf.register("tripled", udf(lambda number: 3 * number, "long"))
spark.range(1000).createOrReplaceTempView("numbers")
(total,) = spark.sql("SELECT sum(tripled(id)) FROM numbers").first()

rows = spark.createDataFrame([(float(n % 2 * 10),) for n in range(200)], "x double")
points = VectorAssembler(inputCols=["x"], outputCol="features").transform(rows)
model = KMeans(k=2, seed=1).fit(points)
centres = sorted(round(float(centre[0]), 3) for centre in model.clusterCenters())
lines = [str(total), " ".join(map(str, centres))]
spark.sparkContext.parallelize(lines, 1).saveAsTextFile(folder)
spark.stop()
