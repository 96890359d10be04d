"""What can go wrong with artefacts."""

from picluster.plan.errors import UserError


class ArtefactError(UserError):
    """Raised when an artefact cannot be had or is not what was pinned."""
