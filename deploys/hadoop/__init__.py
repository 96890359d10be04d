"""What HDFS and YARN share: users, Java, Hadoop's programs, settings in one form."""

from deploys.hadoop.deploy import install

__all__ = ["install"]
