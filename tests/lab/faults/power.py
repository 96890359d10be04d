"""Power, heat and time: what the hardware does to a board, also while it works."""

from docker.errors import APIError

from picluster.lab import machine
from tests.conftest import LabUnderTest
from tests.lab import accidents, heating
from tests.lab.checking import hardware
from tests.lab.faults import head, looks
from tests.lab.faults.fault import Fault, Step, by_itself, command, one_run
from tests.lab.faults.working import Job

WORKER = "pi2a"


def reboot(name: str) -> Step:
    """As its owner does; returns when it has booted."""

    def do(lab: LabUnderTest) -> None:
        before = boot_id(lab, name)
        machine.run(lab.boards[name], "systemctl", "reboot")
        accidents.wait_for(lambda: boot_id(lab, name) not in (before, ""), "it does not boot")
        machine.wait_until_up(lab.boards[name])

    return do


def boot_id(lab: LabUnderTest, name: str) -> str:
    """Empty while it does not run."""
    board = lab.boards[name]
    if board.status != "running":
        return ""
    try:
        code, output = machine.run(board, "cat", "/proc/sys/kernel/random/boot_id")
    except APIError:
        return ""  # it ended just now
    return output.strip() if code == 0 else ""


def cut(name: str) -> Step:
    """Its power."""
    return lambda lab: machine.cut_power(lab.boards[name])


def give(name: str) -> Step:
    """Power again."""
    return lambda lab: machine.start(lab.boards[name])


def cut_all(lab: LabUnderTest) -> None:
    """The power of all boards."""
    for board in lab.boards.values():
        machine.cut_power(board)


def heated(name: str, celsius: str) -> Step:
    """So warm that its watch has seen it."""

    def do(lab: LabUnderTest) -> None:
        hardware(name, "heat", celsius)(lab)
        heating.wait_until_seen(lab, name, float(celsius))

    return do


def enough_voltage(name: str) -> Step:
    """Again, and its watch has seen it: until then a deploy would still go by the last look."""

    def do(lab: LabUnderTest) -> None:
        hardware(name, "undervolt", "off")(lab)
        heating.wait_for_band(lab, name, "cool")

    return do


rebooted, without_power = Job(), Job()

FAULTS = [
    Fault(
        "a board reboots while it works on a job",
        rebooted.during(WORKER, reboot(WORKER)),
        rebooted.ended_well,
        by_itself(),
        within=150,
    ),
    Fault(
        "a board loses its power while it works on a job",
        without_power.during(WORKER, cut(WORKER)),
        without_power.ended_well,
        by_itself(),
        undo=give(WORKER),
        within=150,
    ),
    Fault(
        "the head loses its power",
        cut("pi8"),
        looks.check("ssh", r"^pi8 .*does not answer"),
        by_itself(),
        undo=give("pi8"),
        within=180,
    ),
    Fault(
        "all boards lose their power at once",
        cut_all,
        looks.check("ssh", r"^pi8 .*does not answer"),
        one_run({}),
        undo=lambda lab: lab.lab.reboot_all(),
        within=240,
    ),
    Fault(
        "a board has too little voltage",
        hardware("pi1a", "undervolt", "on"),
        looks.check("power-and-heat", "pi1a: undervoltage.* at this moment"),
        by_itself(),
        undo=enough_voltage("pi1a"),
    ),
    Fault(
        "a board is so hot that its NodeManager takes no containers",
        hardware(WORKER, "heat", "84"),
        looks.check("yarn-nodes", f"the NodeManager of {WORKER} is UNHEALTHY: .*thermal.*"),
        by_itself(),
        undo=hardware(WORKER, "heat", "45"),
    ),
    Fault(
        "a board is hot",
        heated(WORKER, "77"),
        looks.run_says("77.0 °C, hot from 75 °C.*", code=0, dry=True),
        by_itself(),
        undo=heated(WORKER, "45"),
    ),
    Fault(
        "a clock is an hour behind",
        hardware("pi1a", "skew", "-3600"),
        looks.run_says(r"pi1a is refused: .* s behind this computer's", dry=True),
        by_itself(),
        undo=hardware("pi1a", "skew", "0"),
    ),
    Fault(
        "a new card, and so another host key",
        lambda lab: lab.lab.reflash("pi1a"),
        looks.run_says("not the key that pi1a.*picluster trust pi1a", dry=True),
        command("picluster trust pi1a", lambda lab: accidents.trust(lab, "pi1a"), then_run=True),
        within=400,
        loses="pi1a",
    ),
    Fault(
        "the head's card is dead, and a new one in its place",
        head.dies,
        looks.run_says(r"has a checkpoint of them, .*deploys\.hdfs\.recover", dry=True),
        command("pyinfra inventory.py deploys.hdfs.recover", head.recover, then_run=True),
        within=600,
        loses=head.HEAD,
    ),
]
