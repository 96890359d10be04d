"""How the cluster is, at a glance: `picluster status`."""
