"""Everything, in order: pyinfra inventory.py deploys/all.py"""

from deploys import (
    base,
    docker,
    hdfs,
    mirror,
    pages,
    portainer,
    preflight,
    spark,
    stacks,
    swarm,
    yarn,
)

# What speaks against any change comes before the first one.
preflight.apply()
docker.refuse()
swarm.refuse()
hdfs.refuse()
spark.refuse()
portainer.refuse()
stacks.refuse()

mirror.apply()
base.apply()
docker.apply()
swarm.apply()
hdfs.apply()
yarn.apply()
spark.apply()
portainer.apply()
stacks.apply()
pages.apply()
