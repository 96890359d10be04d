"""Everything, in order: pyinfra inventory.py deploys/all.py"""

from deploys import base, docker, mirror, portainer, preflight, stacks, swarm

# What speaks against any change comes before the first one.
preflight.apply()
docker.refuse()
swarm.refuse()
portainer.refuse()
stacks.refuse()

mirror.apply()
base.apply()
docker.apply()
swarm.apply()
portainer.apply()
stacks.apply()
