"""The base system: names, time zone, packages, boot settings, swap, kernel, watchdog."""

from deploys.base.deploy import apply

__all__ = ["apply"]
