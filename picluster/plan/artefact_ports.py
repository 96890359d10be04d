"""Port of the server from which boards fetch Hadoop and Spark."""

SERVER = 8873
"""TCP. Not rsync's own 873, which a server of the owner's may have."""
