"""Whether a limit of memory holds: the memory cgroup at work."""

import re
from collections.abc import Iterator, Mapping

from picluster.checks.check import Check
from picluster.checks.cluster import Cluster
from picluster.checks.conditions import nobody
from picluster.checks.verdict import Problem, Verdict, judged

LIMIT_MB = 16
TAKEN_MB = 64

# A process in a scope of its own: systemd sets the limit by the same controller as Docker does.
# That a file of the controller is there would not tell: some kernels have it and do not count.
_SCRIPT = (
    f"sudo -n timeout 20 systemd-run --quiet --scope --collect -p MemoryMax={LIMIT_MB}M "
    f"-p MemorySwapMax=0 dd if=/dev/zero of=/dev/null bs={TAKEN_MB}M count=1 2>&1; echo code=$?"
)
_KILLED = 137  # 128 + SIGKILL: how the kernel ends a process that is over its limit


def judge(found: Mapping[str, str]) -> Iterator[Problem]:
    """From what the script printed on each board."""
    for name, output in found.items():
        match = re.search(r"^code=(\d+)\s*\Z", output, re.MULTILINE)
        code = int(match[1]) if match else -1
        if code == 0:
            yield Problem(
                f"on {name} a process took {TAKEN_MB} MB although its limit was {LIMIT_MB} MB: no "
                "limit of a container holds there",
                "pyinfra inventory.py deploys.base.apply sets cgroup_enable=memory and reboots; "
                f"then see /proc/cmdline on {name}",
            )
        elif code != _KILLED:
            said = " ".join(output.split())[:200]
            yield Problem(
                f"on {name} the process to try a limit with did not run: {said or 'no answer'}",
                f"sudo systemd-run --scope true on {name} has to work",
            )


def ask(cluster: Cluster) -> Verdict:
    """Lets a process on each board take more than it may."""
    found, problems = cluster.on_boards(lambda node: cluster.run(node.name, _SCRIPT).output)
    problems += judge(found)
    return judged(f"a process over {LIMIT_MB} MB is ended on {len(found)} boards", problems)


CHECK = Check(
    "memory-limits",
    "Memory limits hold on every board",
    f"a process that takes {TAKEN_MB} MB under a limit of {LIMIT_MB} MB, and has to be killed",
    ask,
    nobody,
)
