"""Cables pulled out for a while: of a worker, of managers, of the head; at rest and during a run.

What is silent for a while is told from what is broken: the check names the board and nothing else
where the rest goes on, and nothing has to be done once the cable is in again.
"""

from tests.lab.faults import cables, looks, places
from tests.lab.faults.cables import Cable
from tests.lab.faults.fault import Fault, by_itself_but_agents, one_run
from tests.lab.faults.places import LEADER
from tests.lab.faults.runs import FAILED, DisturbedRun, after

SPOIL = "sed -i '$d' /etc/hadoop/conf/core-site.xml"
"""Something that a run has to put right, late in it."""

CABLE_SECONDS = 30

worker_in_run = DisturbedRun(r"Starting operation: HDFS \| Write", cables.out("pi1a"))
head_in_run = DisturbedRun(
    r"Starting operation: HDFS \| Write",
    cables.out_for("namenode", CABLE_SECONDS),
    lasts=CABLE_SECONDS,
)
leader = Cable(LEADER)

FAULTS = [
    Fault(
        "a worker's cable is out",
        cables.out("pi1a"),
        looks.check("ssh", "^pi1a .*does not answer.*"),
        by_itself_but_agents(),
        undo=cables.back("pi1a"),
    ),
    Fault(
        "a manager's cable is out",
        cables.out("pi2a"),
        looks.on_board("pi8", "docker node ls", "pi2a .*(Unreachable|Down).*"),
        by_itself_but_agents(),
        undo=cables.back("pi2a"),
        within=240,
    ),
    Fault(
        "the leader's cable is out",
        leader.out,
        leader.another_leads,
        by_itself_but_agents(),
        undo=leader.back,
        within=240,
    ),
    Fault(
        "the head's cable is out",
        cables.out("namenode"),
        looks.check("ssh", "^pi8 .*does not answer.*"),
        by_itself_but_agents(),
        undo=cables.back("namenode"),
        within=240,
    ),
    Fault(
        "a worker's cable is out from the middle of a run",
        after(places.on("pi1a", SPOIL), worker_in_run.do),
        worker_in_run.ended(FAILED.format("pi1a")),
        one_run(),
        undo=cables.back("pi1a"),
        within=240,
    ),
    Fault(
        "the head's cable is out for half a minute during a run",
        after(places.on("namenode", SPOIL), head_in_run.do),
        head_in_run.ended_well,
        by_itself_but_agents(),
        undo=cables.back("namenode"),
        within=240,
    ),
]
