"""Checks across the [[stack]] tables."""

from collections.abc import Iterator

from picluster.plan.draft import Draft
from picluster.plan.problems import Finding, quote

RESERVED = ("portainer", "portainer-agent")
"""Stacks that PiCluster deploys itself."""


def stack_checks(draft: Draft) -> Iterator[Finding]:
    """All findings of these checks."""
    first_with: dict[str, int] = {}
    for index, name in enumerate(draft.stack_names):
        if name is None:
            continue
        place = ("stack", index, "name")
        if name in RESERVED:
            # Also without Portainer: it would be taken for the one that is switched off.
            text = f"{quote(name)} is a stack of PiCluster's own; choose another name"
            yield Finding(place, text)
            continue
        first = first_with.setdefault(name, index)
        if first != index:
            text = f"{quote(name)} is already the name of stack[{first}]; each stack needs its own"
            yield Finding(place, text)
