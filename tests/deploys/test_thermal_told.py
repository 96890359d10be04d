"""What a deploy tells of a board's band."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from deploys.thermal import band
from facts.thermal_band import BandState
from picluster.plan.load import load_config
from picluster.plan.plan import make_plan
from tests.operations.board import PlayedHost, playing

CLUSTER = load_config(Path("cluster.example.toml"))
HOT = BandState(
    band="hot", celsius=76.2, undervolted=False, reason="x", applied="hot", watched=True
)


@pytest.mark.parametrize(
    ("own", "told"),
    [("active", "Swarm active"), ("pause", "Swarm pause"), ("drain", "Swarm drain")],
)
def test_the_stricter_availability_is_told(
    own: str, told: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As the Swarm's deploy sets it: that of the board itself, or that of its band."""
    host: Any = PlayedHost(lambda *_, **__: HOT)
    node = CLUSTER.nodes[4].model_copy(update={"availability": own})
    host.data = SimpleNamespace(cluster=CLUSTER, node=node, plan=make_plan(CLUSTER))
    monkeypatch.setattr(band, "_found", {})
    with playing(host), caplog.at_level("INFO"):
        band.now()
    assert caplog.text.rstrip().endswith(told)
