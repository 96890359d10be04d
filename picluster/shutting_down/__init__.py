"""Switching boards off from the operator's seat: `picluster shutdown`."""
