"""Single things spoilt by hand, a table for each service: what must be noticed, and mended."""
