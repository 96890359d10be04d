"""A stand-in for Portainer, for computers where the lab can't have the real images."""
