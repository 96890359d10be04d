"""Everything, in order: pyinfra inventory.py deploys/all.py"""

from deploys import base, docker, preflight, swarm

# What speaks against any change comes before the first one.
preflight.apply()
docker.refuse()
swarm.refuse()

base.apply()
docker.apply()
swarm.apply()
