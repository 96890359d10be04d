"""What HDFS and YARN share: users, Java, Hadoop's programs, settings in one form."""

from deploys.hadoop.deploy import install, units_of

__all__ = ["install", "units_of"]
