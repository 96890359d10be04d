"""Pictures of a cluster, drawn from its plan: SVG with a light and a dark look in one file."""
