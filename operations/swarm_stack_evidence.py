"""What a manager's engine did not tell of the Swarm's stacks."""

from facts.stacks import Stacks
from operations import peers


def silence(name: str) -> str:
    """Why this board, once asked, did not tell which stacks run; to be said of it as an error.

    Left alone without one, its stacks would look as if they were as declared.
    """
    why = peers.why_silent(name, Stacks)
    return f"its engine did not tell of its stacks: {why}. Run again when that is mended"
