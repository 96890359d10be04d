"""Ports of Spark's jobs and of its history server.

Several jobs run on one board: each takes the first that is free of `RETRIES` in a row. All lie
below those that Linux hands out by itself (32768 and up) and those that a Swarm does (30000 and
up).
"""

HISTORY_HTTP = 18080
"""Spark's default."""
DRIVER_HTTP = 4040
"""The same, in client mode; in cluster mode Spark takes any free one."""
DRIVER = 21000
DRIVER_BLOCKS = 21100
EXECUTOR_BLOCKS = 21200
RETRIES = 64
