"""Spark on YARN: its programs and commands, its settings, and its history server."""

from deploys.spark.deploy import apply, refuse

__all__ = ["apply", "refuse"]
