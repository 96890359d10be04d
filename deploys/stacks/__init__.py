"""The stacks of the user's own, from the compose files that cluster.toml names."""

from deploys.stacks.deploy import apply, refuse

__all__ = ["apply", "refuse"]
