"""In the middle of what is done to HDFS and YARN."""

from tests.conftest import LabUnderTest
from tests.lab.holding import held
from tests.lab.interrupting import within
from tests.lab.interruptions.interruption import Interruption, on, spoil

HEAD, WORKER = "pi8", "pi2a"
FORMAT = "HDFS | Format HDFS"
DAEMONS = "'hdfs-*' 'yarn-*' 'mapred-*' 'spark-*'"
FORMATTED = held(FORMAT, HEAD, "mv", "/namenode.new/current")


def without_hdfs(under_test: LabUnderTest) -> None:
    """No board has names or blocks, and no daemon runs."""
    for name in under_test.boards:
        spoil(under_test, name, f"systemctl stop {DAEMONS}")
    for name in under_test.boards:
        spoil(under_test, name, "rm -rf /var/lib/hadoop/*namenode/* /var/lib/hadoop/datanode/*")


WITHOUT_DIRECTORY = on(
    HEAD,
    "curl -sf -X DELETE "
    '"http://$(hostname).home.arpa:9870/webhdfs/v1/user?op=DELETE&recursive=true&user.name=hdfs"',
)
MAKING = held("HDFS | Make HDFS's directories", HEAD, "curl", "SETOWNER")
WITHOUT_A_NAME = on(HEAD, "sed -i /pi1a/d /etc/hadoop/nodes/yarn.hosts")
TELLING = held("YARN | Tell the ResourceManager of new nodes", HEAD, "timeout", "-refreshNodes")
OTHER_SIZE = on(
    WORKER,
    "file=/etc/hadoop/nodemanager/yarn-site.xml; "
    "sed -i '/resource.memory-mb/s/<value>[0-9]*/<value>512/' $file; grep -q '>512<' $file; "
    "systemctl restart yarn-nodemanager",
)
RESTARTING = within(
    "YARN | Restart the NodeManager", WORKER, "! ss -Hltn 'sport = :8042' | grep -q 8042"
)

CASES = {
    "HDFS is being formatted": Interruption(
        without_hdfs,
        HEAD,
        within(FORMAT, HEAD, "pgrep -u hdfs -f -- -format >/dev/null"),
        new_hdfs=True,
    ),
    "HDFS formatted, its names beside their place, power cut": Interruption(
        without_hdfs, HEAD, FORMATTED, power_cut=True, new_hdfs=True
    ),
    "HDFS formatted, and still at it in the next run": Interruption(
        without_hdfs, HEAD, FORMATTED, still_there=FORMAT, new_hdfs=True
    ),
    "NameNode starts, power cut": Interruption(
        on(HEAD, "systemctl disable --now hdfs-namenode"),
        HEAD,
        within("HDFS | Start the NameNode", HEAD, "pgrep -u hdfs -f namenode.NameNode >/dev/null"),
        power_cut=True,
    ),
    "a directory of HDFS without its owner": Interruption(WITHOUT_DIRECTORY, HEAD, MAKING),
    "ResourceManager is told of nodes, power cut": Interruption(
        WITHOUT_A_NAME, HEAD, TELLING, power_cut=True
    ),
    "NodeManager restarts": Interruption(OTHER_SIZE, WORKER, RESTARTING),
}
