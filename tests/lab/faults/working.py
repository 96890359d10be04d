"""Jobs that run while something happens to a board that works on them."""

from concurrent.futures import Future, ThreadPoolExecutor

from tests.conftest import LabUnderTest
from tests.lab import jobs
from tests.lab.faults.fault import Step
from tests.lab.faults.places import board

MAPS, SAMPLES = "16", "20000000"


class Job:
    """Hadoop's estimate of Pi, submitted on the head."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._output: Future[str] | None = None

    def during(self, victim: str, accident: Step) -> Step:
        """Starts it, and has the accident as soon as it has a container on the victim."""

        def do(lab: LabUnderTest) -> None:
            self._output = self._pool.submit(
                jobs.example, board(lab, "resourcemanager"), "pi", MAPS, SAMPLES
            )
            jobs.wait_for_container(board(lab, victim))
            accident(lab)

        return do

    def ended_well(self, _: LabUnderTest) -> str:
        """Waits for its result."""
        assert self._output is not None
        output = self._output.result()
        assert "Estimated value of Pi is 3.14" in output, output
        return "the job's result is right"
