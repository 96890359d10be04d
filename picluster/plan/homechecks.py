"""Checks across the keys of [home]: its port is no other service's."""

from collections.abc import Iterator

from picluster.plan.draft import Draft
from picluster.plan.listeners import FIXED
from picluster.plan.problems import Finding

_TAKEN = {
    port.number: listener.what
    for listener in FIXED
    for port in listener.ports
    if "tcp" in port.protocols
}
"""Whether or not the service is on: what is switched on later must not fail for a port."""


def home_checks(draft: Draft) -> Iterator[Finding]:
    """All findings of these checks."""
    port = draft.home_port
    if port is None or draft.enabled["home"] is False:
        return
    taken = "SSH" if port == draft.ssh_port else _TAKEN.get(port)
    if taken is not None:
        text = f"{port} is a port of another service ({taken}); take one such as 80 or 8000"
        yield Finding(("home", "port"), text)
