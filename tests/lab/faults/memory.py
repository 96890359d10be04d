"""Memory and RAM disks that run out: of a container, of a board, of /tmp and of /run."""

from tests.conftest import LabUnderTest
from tests.lab import jobs, seen
from tests.lab.faults import looks, places
from tests.lab.faults.fault import Fault, Look, by_itself

TAKES_MUCH = "docker run --rm --memory 32m busybox:1.36.1 dd if=/dev/zero of=/dev/null bs=96M"
HOG = "su pi -c 'tail /dev/zero'"
"""It looks for the end of a line that has none."""

CODE = "echo exit code $?"


def fill_tmp(lab: LabUnderTest) -> None:
    """A small /tmp of its own over the card's, filled by a process that writes and writes."""
    seen.shell(
        lab.boards["pi1a"],
        "mount -t tmpfs -o size=8m,mode=1777 tmpfs /tmp; "
        "su pi -c 'cat /dev/zero >/tmp/runaway' 2>/dev/null || :",
    )


def no_job_from(name: str) -> Look:
    """What somebody reads who submits a job there."""

    def look(lab: LabUnderTest) -> str:
        try:
            jobs.pi(lab.boards[name])
        except jobs.JobFailedError as error:
            return f"yarn jar: {looks.line(str(error), 'No space left on device')}"
        raise AssertionError("the job found room")

    return look


FAULTS = [
    Fault(
        "a container takes more memory than it may",
        lambda lab: None,
        looks.on_board("pi1a", f"{TAKES_MUCH}; {CODE}", "exit code 137", "docker run"),
        by_itself(),
    ),
    Fault(
        "a program takes all memory of a board",
        lambda lab: None,
        looks.on_board("pi1a", f"{HOG}; {CODE}", "exit code 137", "the program"),
        by_itself(),
    ),
    Fault(
        "a runaway process has filled /tmp",
        fill_tmp,
        no_job_from("pi1a"),
        by_itself(),
        undo=places.on("pi1a", "umount /tmp || :"),
    ),
]
