"""Everything, in order: pyinfra inventory.py deploys/all.py"""

from deploys import base, docker, portainer, preflight, swarm

# What speaks against any change comes before the first one.
preflight.apply()
docker.refuse()
swarm.refuse()
portainer.refuse()

base.apply()
docker.apply()
swarm.apply()
portainer.apply()
