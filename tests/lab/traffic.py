"""What this computer sends to the boards, counted at its own interface on the lab's network."""

from pathlib import Path

from picluster.lab.lab import Lab


def sent_bytes(lab: Lab) -> int:
    """Since the network was made. What boards send to each other does not pass here.

    Raises AssertionError where Docker keeps its networks on another computer.
    """
    bridge = f"br-{str(lab.client.networks.get(lab.network).id)[:12]}"
    counter = Path("/sys/class/net") / bridge / "statistics" / "tx_bytes"
    assert counter.exists(), f"the lab's network is not this computer's: there is no {bridge}"
    return int(counter.read_text())
