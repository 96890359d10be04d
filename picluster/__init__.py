"""PiCluster: the plan, the lab and the helper command of the deploy project."""
