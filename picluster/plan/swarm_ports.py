"""Ports of a Docker Swarm, which are fixed.

Source: docs.docker.com, page "Getting started with Swarm mode".

Those of its published services are the services' own.
"""

MANAGEMENT = 2377
"""TCP, on managers."""
GOSSIP = 7946
"""TCP and UDP: the nodes tell each other who is there."""
OVERLAY = 4789
"""UDP: networks across boards."""
