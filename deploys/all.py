"""Everything, in order: pyinfra inventory.py deploys/all.py"""

from deploys import (
    base,
    docker,
    hdfs,
    home,
    mirror,
    pages,
    portainer,
    preflight,
    spark,
    stacks,
    swarm,
    thermal,
    yarn,
)

# What speaks against any change comes before the first one.
preflight.apply()
# Before anything is done that could make a board warmer.
thermal.now()
docker.refuse()
swarm.refuse()
hdfs.refuse()
spark.refuse()
portainer.refuse()
stacks.refuse()

mirror.apply()
base.apply()
home.apply()
thermal.apply()
docker.apply()
swarm.apply()
hdfs.apply()
yarn.apply()
spark.apply()
portainer.apply()
stacks.apply()
pages.apply()
