"""Drifts that hide a second one: the run does something else than its dry run could tell.

What is down cannot be asked. The run brings it up first, and then mends what it finds.
docs/reliability.md lists these cases.
"""

from dataclasses import dataclass

from tests.lab.deploying import Announced
from tests.lab.drifts import engine, hdfs, portainer, swarm, yarn
from tests.lab.drifts.drift import Drift, drift
from tests.lab.portainer_seen import BOARD


@dataclass(frozen=True)
class Hidden:
    """Drifts, one of which hides another."""

    drifts: tuple[Drift, ...]
    """All that was done to the boards, in this order."""
    announced: Announced
    executed: Announced


FIRST, SECOND = frozenset({"pi8"}), frozenset({"pi2a"})


def _stopped_engine(board: str) -> Drift:
    return drift("Docker", board, engine.STOP, {engine.START}, ())


HIDDEN = {
    "directories in HDFS behind a stopped NameNode": Hidden(
        (
            hdfs.DRIFTS["a directory in HDFS of another mode"],
            yarn.DRIFTS["the folder of logs in HDFS removed"],
            hdfs.DRIFTS["NameNode stopped"],
        ),
        {"HDFS | Start the NameNode": FIRST},
        {
            "HDFS | Start the NameNode": FIRST,
            "HDFS | Make HDFS's directories": FIRST,
            "YARN | Make YARN's directories in HDFS": FIRST,
        },
    ),
    "Portainer's environment behind a server that does not run": Hidden(
        (
            portainer.DRIFTS["the environment deleted"],
            portainer.DRIFTS["the server scaled to none"],
        ),
        {"Portainer | Deploy the server": FIRST},
        {"Portainer | Deploy the server": FIRST, "Portainer | Show it the Swarm": FIRST},
    ),
    "Portainer's environment behind a stopped engine": Hidden(
        (portainer.DRIFTS["the environment deleted"], _stopped_engine(BOARD)),
        {"Docker | Start Docker": frozenset({BOARD})},
        {"Docker | Start Docker": frozenset({BOARD}), "Portainer | Show it the Swarm": FIRST},
    ),
    # Done by the first manager, which the run has started meanwhile.
    "what is done once for the Swarm, with the first manager's engine stopped": Hidden(
        (swarm.DRIFTS["another life of certificates"], _stopped_engine("pi8")),
        {"Docker | Start Docker": FIRST, "Swarm | Set the life of certificates": SECOND},
        {"Docker | Start Docker": FIRST, "Swarm | Set the life of certificates": FIRST},
    ),
}
