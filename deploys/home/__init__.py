"""The cluster's home page on one board."""

from deploys.home.deploy import apply

__all__ = ["apply"]
