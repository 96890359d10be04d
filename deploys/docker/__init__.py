"""Docker Engine on every board, from Docker's own packages or Debian's."""

from deploys.docker.deploy import apply, refuse

__all__ = ["apply", "refuse"]
