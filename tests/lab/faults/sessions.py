"""What stands between this computer and a board's work: SSH, and other people's locks."""

from tests.lab.faults import looks, places
from tests.lab.faults.fault import Fault, by_itself, one_run
from tests.lab.faults.runs import FAILED, DisturbedRun, after
from tests.lab.test_locks import HOLD

SPOIL = "sed -i '$d' /etc/hadoop/conf/core-site.xml"
DROP = "kill -9 $(pgrep -f '[s]shd: pi')"
WITHOUT_RSYNC = "dpkg --remove --force-depends rsync >/dev/null 2>&1"
LOCK = "/var/lib/dpkg/lock-frontend"
WAITING = "Waiting for cache lock"
SOON = "timeout 60 sh -c"
LET_GO = f"""(
while ! grep -q '{WAITING}' /var/log/picluster-apt.log; do sleep 0.1; done
touch /run/let-go
) >/dev/null 2>&1 &"""

dropped = DisturbedRun(r"Starting operation: Docker \| Write", places.on("pi1a", DROP))
dropped_working = DisturbedRun(
    r"Starting operation: Base \| Install packages",
    places.on("pi1a", f"{SOON} 'until pgrep -x apt-get; do sleep 0.02; done' && {DROP}"),
)

FAULTS = [
    Fault(
        "a board's SSH connection drops between two operations",
        after(places.on("pi1a", SPOIL), dropped.do),
        dropped.ended(FAILED.format("pi1a")),
        one_run({"HDFS | Write HDFS's settings": "pi1a"}),
    ),
    Fault(
        "a board's SSH connection drops while apt works",
        after(places.on("pi1a", f"{WITHOUT_RSYNC}; {SPOIL}"), dropped_working.do),
        dropped_working.ended(FAILED.format("pi1a")),
        one_run(),
        within=150,
    ),
    Fault(
        "kill -9 of the SSH server",
        places.on("pi1a", "kill -9 $(systemctl show -p MainPID --value ssh)"),
        looks.on_board(
            "pi1a", "journalctl -u ssh --since -1min -o cat", "Main process exited, code=killed"
        ),
        by_itself(),
    ),
    Fault(
        "somebody else holds dpkg's lock",
        places.on(
            "pi1a",
            f"rm -f /var/log/picluster-apt.log /run/locked; {WITHOUT_RSYNC}; "
            f"{HOLD.format(lock=LOCK)} {SOON} 'until [ -e /run/locked ]; do sleep 0.1; done'; "
            f"{LET_GO}",
        ),
        looks.waits("pi1a", "cat /var/log/picluster-apt.log", WAITING),
        by_itself(),
        undo=places.on("pi1a", "touch /run/let-go; rm -f /run/locked"),
    ),
]
