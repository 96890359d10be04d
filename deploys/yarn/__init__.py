"""YARN: a ResourceManager, NodeManagers wherever a container fits, and MapReduce's history."""

from deploys.yarn.deploy import apply

__all__ = ["apply"]
