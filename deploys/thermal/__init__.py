"""Heat and power: each board watches its own, and a deploy goes by the band that it finds."""

from deploys.thermal.band import hold, now, treatment
from deploys.thermal.deploy import apply

__all__ = ["apply", "hold", "now", "treatment"]
