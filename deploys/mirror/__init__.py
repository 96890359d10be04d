"""Caches of Debian packages and of images on one board, for all."""

from deploys.mirror.deploy import apply

__all__ = ["apply"]
