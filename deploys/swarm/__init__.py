"""The Swarm: made, joined, managed by the strongest boards, its nodes labelled."""

from deploys.swarm.deploy import apply, recover, refuse

__all__ = ["apply", "recover", "refuse"]
