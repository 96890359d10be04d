"""What differs of a host's node in the Swarm, for `picluster drift`."""

from collections.abc import Mapping

from operations.difference import note
from picluster.plan.swarm import SwarmNode
from picluster.plan.swarm_members import label_changes

MEMBERSHIP = "place in the Swarm"
ROLE = "role in the Swarm"


def role_of(node: SwarmNode | None) -> str:
    """In words; None is of a host that is no member yet."""
    return "no member yet" if node is None else node["role"]


def note_node(
    node: SwarmNode | None, labels: Mapping[str, str], prefix: str, availability: str | None
) -> None:
    """Notes each label, and the availability, that are not as wished.

    + node: as the managers see it, None of a host that is no member yet
    + labels: the wished ones
    + prefix: of ours
    + availability: None where any is fine
    """
    present = {} if node is None else node["labels"]
    for key, value in label_changes(present, labels, prefix).items():
        note(f"label {key}", present.get(key, "not set"), "not set" if value is None else value)
    found = "active" if node is None else node["availability"]
    if availability not in {None, found}:
        note("availability in the Swarm", found, str(availability))
