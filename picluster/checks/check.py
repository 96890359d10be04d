"""One check: what it is called, what it looks at, and what has to come before it."""

from collections.abc import Callable
from dataclasses import dataclass

from picluster.checks.cluster import Cluster
from picluster.checks.verdict import Verdict

SSH = "ssh"
"""Name of the check that all others come after: it tells which boards can be asked."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check."""

    name: str
    """For JSON and for other checks; never changes its meaning."""
    title: str
    looks_at: str
    """In a sentence, for people."""
    ask: Callable[[Cluster], Verdict]
    """May raise UserError or PortainerError, which count as failed."""
    unless: Callable[[Cluster], str | None] = lambda _cluster: None
    """Why there is nothing to ask, such as a service that is off."""
    needs: tuple[str, ...] = ()
    """Checks without whose success this one would only fail for the same reason."""
    after: tuple[str, ...] = (SSH,)
    """Checks that come first whatever becomes of them."""
    is_job: bool = False
    """Whether it takes a job in the cluster: left out by --quick."""
