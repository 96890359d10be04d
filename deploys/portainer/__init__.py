"""Portainer: agents on all nodes, a server on one, and a page that shows the whole Swarm."""

from deploys.portainer.deploy import apply, backup, heal, refuse, restore

__all__ = ["apply", "backup", "heal", "refuse", "restore"]
