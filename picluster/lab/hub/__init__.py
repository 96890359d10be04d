"""The lab's Hub: one container, shared by the labs of this computer, that has what boards download.

A registry plays Docker Hub, and apt-cacher-ng keeps Debian packages. It is at .2 of each lab's
network. What it has collected outlives it, in two volumes.
"""

from picluster.lab.hub.container import PACKAGES_PORT, REGISTRY_PORT, HubError, address
from picluster.lab.hub.membership import join, leave, offered, remove_caches
from picluster.lab.hub.offers import portainer_server
from picluster.lab.hub.record import Offer

__all__ = [
    "PACKAGES_PORT",
    "REGISTRY_PORT",
    "HubError",
    "Offer",
    "address",
    "join",
    "leave",
    "offered",
    "portainer_server",
    "remove_caches",
]
