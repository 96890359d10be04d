"""What is known of a host's keys against what it shows now."""

from collections.abc import Iterator
from dataclasses import dataclass

from picluster.contact.host_keys import HostKey


@dataclass(frozen=True, slots=True)
class Target:
    """An SSH server whose keys are in question."""

    name: str
    """What people call it: a node's name, or the address again."""
    address: str
    port: int

    @property
    def title(self) -> str:
        """`pi8 (192.168.1.11)`."""
        return self.name if self.name == self.address else f"{self.name} ({self.address})"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The keys that are known, and those that the host shows; the latter are at least one."""

    known: list[HostKey]
    offered: list[HostKey]

    @property
    def unchanged(self) -> bool:
        """Whether every known key is still shown. A key of another kind beside it is fine."""
        return bool(self.known) and set(self.known) <= set(self.offered)

    def report(self, title: str) -> Iterator[str]:
        """The keys in lines for people, and how to find out whether they are the board's own."""
        yield f"{title}: {'the key has CHANGED' if self.known else 'no key is known so far'}"
        for word, keys in (("known", self.known), ("new", self.offered)):
            for key in keys:
                yield f"  {word:<5}  {key.kind:<7}  {key.fingerprint}"
        kind = self.offered[0].kind.lower()
        yield "  Compare with the board's own console (screen and keyboard, not over the network):"
        yield f"    ssh-keygen -lf /etc/ssh/ssh_host_{kind}_key.pub"
