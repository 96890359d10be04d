"""Moments in the middle of operations at which a run is killed, a table for each service."""
