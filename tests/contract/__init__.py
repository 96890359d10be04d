"""Portainer's contract, case by case: on the stand-in, or on a real one with PORTAINER_URL."""
