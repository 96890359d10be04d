"""What HDFS, YARN and Spark share: users, Java, Hadoop's programs, settings in one form."""

from deploys.hadoop.deploy import install, spread, units_of

__all__ = ["install", "spread", "units_of"]
