"""Running checks: each as soon as those before it are done, as many at once as there are."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from picluster.checks.check import Check
from picluster.checks.cluster import Cluster
from picluster.checks.verdict import AskError, Verdict, failed, skipped
from picluster.plan.errors import UserError
from picluster.portainer import PortainerError


@dataclass(frozen=True, slots=True)
class Outcome:
    """A check that is done."""

    check: Check
    verdict: Verdict
    seconds: float
    """How long it asked; what it waited for does not count."""


def run(
    checks: Sequence[Check], cluster: Cluster, tell: Callable[[Outcome], None]
) -> list[Outcome]:
    """All outcomes, in the order of the checks.

    + tell: is called with each as it is done, from threads of its own
    """
    futures: dict[str, Future[Outcome]] = {}
    with ThreadPoolExecutor(max_workers=len(checks)) as pool:
        for check in checks:
            # Those before it are in the table by now, since they stand before it in the list.
            before = {n: futures[n] for n in (*check.after, *check.needs) if n in futures}
            futures[check.name] = pool.submit(_one, check, cluster, before, tell)
        try:
            return [futures[check.name].result() for check in checks]
        except BaseException:
            # As when somebody presses Ctrl-C: what waits for a board is not waited for.
            cluster.stack.close()
            raise


def _one(
    check: Check,
    cluster: Cluster,
    before: Mapping[str, Future[Outcome]],
    tell: Callable[[Outcome], None],
) -> Outcome:
    outcomes = {name: future.result() for name, future in before.items()}
    started = time.monotonic()
    reason = check.unless(cluster) or _missing(check, [outcomes[name] for name in check.needs])
    verdict = skipped(reason) if reason else _asked(check, cluster)
    outcome = Outcome(check, verdict, time.monotonic() - started)
    tell(outcome)
    return outcome


def _missing(check: Check, needed: Iterable[Outcome]) -> str | None:
    without = [one.check.name for one in needed if one.verdict.state != "passed"]
    return f"depends on: {', '.join(without)}" if without else None


def _asked(check: Check, cluster: Cluster) -> Verdict:
    try:
        return check.ask(cluster)
    except AskError as error:
        return failed(error.problem.reason, error.problem.remedy)
    except (UserError, PortainerError) as error:
        return failed(str(error), "do what is said there, and run the check again")
