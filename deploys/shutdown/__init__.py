"""Switching boards off, in an order that is safe for what they hold."""

from deploys.shutdown.deploy import apply

__all__ = ["apply"]
