"""The end state of a lab as text, the same for the same end state: to compare two ways to it.

Looked at past pyinfra and past the project's facts: files by their sums, units by what their
processes run with, the Swarm, HDFS and YARN by what they say themselves. What differs from boot to
boot, from card to card or from run to run (ids, times, keys of a board's own) is left out. It works
at any stage: what is not there is told as absent.
"""

import difflib
from concurrent.futures import ThreadPoolExecutor

from tests.conftest import LabUnderTest
from tests.lab import accidents, fingerprint_boards, fingerprint_hadoop, fingerprint_swarm

Fingerprint = dict[str, str]
"""Title, such as `pi8: files` or `swarm`, to its lines."""

SETTLE_SECONDS = 120.0
"""For what a finished run need not wait for: a DataNode that reports, a stopped container."""


def taken(under_test: LabUnderTest) -> Fingerprint:
    """Of all boards, and of the services that they make up together."""
    with ThreadPoolExecutor() as pool:
        boards = pool.submit(fingerprint_boards.of_boards, under_test)
        return boards.result() | of_services(under_test)


def settled(under_test: LabUnderTest) -> Fingerprint:
    """Of a lab that has come to rest: the same twice in a row."""
    last = [taken(under_test)]

    def same() -> bool:
        last.append(taken(under_test))
        return last[-1] == last[-2]

    try:
        accidents.wait_for(same, "", SETTLE_SECONDS)
    except AssertionError:
        moves = difference(last[-2], last[-1])
        raise AssertionError(f"the lab does not come to rest:\n{moves}") from None
    return last[-1]


def of_services(under_test: LabUnderTest) -> Fingerprint:
    """The part that the boards' disks do not tell; quick."""
    return {
        "swarm": fingerprint_swarm.of_swarm(under_test),
        "hdfs": fingerprint_hadoop.of_hdfs(under_test),
        "yarn": fingerprint_hadoop.of_yarn(under_test),
    }


def difference(before: Fingerprint, after: Fingerprint) -> str:
    """What differs, for people; empty where nothing does."""
    lines: list[str] = []
    for title in sorted(before.keys() | after.keys()):
        one, other = (kept.get(title, "").splitlines() for kept in (before, after))
        names = (f"{title}, before", f"{title}, after")
        lines += difflib.unified_diff(one, other, *names, n=0, lineterm="")
    return "\n".join(lines)


def is_the_same(under_test: LabUnderTest, before: Fingerprint) -> None:
    """Fails with the difference unless the lab comes to that state within a while."""
    last: list[Fingerprint] = []

    def same() -> bool:
        # First what may still move; the sums of all files cost seconds.
        services = of_services(under_test)
        last[:] = [{title: before.get(title, "") for title in before} | services]
        if difference(before, last[0]):
            return False
        last[:] = [taken(under_test)]
        return not difference(before, last[0])

    try:
        accidents.wait_for(same, "", SETTLE_SECONDS)
    except AssertionError:
        raise AssertionError(difference(before, last[0])) from None
