"""The stand-in itself: Portainer's server and agent as one small program.

It is copied into images, so it knows nothing of the rest of the project, and needs Debian's
python3-cryptography and python3-bcrypt only. What it plays: docs/portainer-contract.md.
"""
