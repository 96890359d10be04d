"""Single things spoilt by hand in HDFS: its settings, daemons, lists, directories and programs."""

from functools import partial

from tests.lab.drifts.drift import drift

_spoilt = partial(drift, "HDFS")

SETTINGS, DIRECTORIES = "Write HDFS's settings", "Make HDFS's directories"
ROLL = "Restart the DataNodes, one at a time"
LISTS, TELL = "List the DataNodes", "Tell the NameNode of new DataNodes"
ELSEWHERE = "Stop HDFS daemons that are elsewhere now"
INSTALL, OFFER = "Install Hadoop", "Offer Hadoop to the other boards"

NAMENODE, DATANODE = "hdfs-namenode.service", "hdfs-datanode.service"
SECONDARY, NODEMANAGER = "hdfs-secondarynamenode.service", "yarn-nodemanager.service"
SITE = "/etc/hadoop/datanode/hdfs-site.xml"
UNIT = f"/etc/systemd/system/{DATANODE}"
DATA = "/var/lib/hadoop/datanode"
HOSTS = "/etc/hadoop/nodes/dfs.hosts"
EDIT = f"sed -i 's,<value>256</value>,<value>99</value>,' {SITE}"
EDIT_UNIT = f"sed -i s/MemoryMax=320M/MemoryMax=400M/ {UNIT}"
RESTART = f"systemctl restart {DATANODE}"

EDITED = rf"{SITE}: other content; line \d+: .*99.* -> .*256"
EDITED_UNIT = rf"{UNIT}: other content; line \d+: MemoryMax=400M -> .*320M"
UNREAD = "lists of DataNodes: not read by the NameNode that runs -> read by it"
UNPACKED = "/opt/hadoop-.*: not there, or not whole -> unpacked"
REPLACED = "{}: runs a program that was removed or replaced since"
RESTART_NODEMANAGER = "YARN | Restart the NodeManager"
RUNS = f"{DATANODE}: .*other settings"


def _in_hdfs(method: str, path: str, operation: str, more: str = "") -> str:
    """A request to the NameNode as its administrator; curl fails where the NameNode refuses."""
    url = f"http://pi8:9870/webhdfs/v1{path}?op={operation}&user.name=hdfs{more}"
    return f"curl -s -f -X {method} '{url}'"


DRIFTS = {
    "DataNode's settings edited": _spoilt("pi1a", EDIT, {SETTINGS}, {EDITED}),
    "DataNode's settings edited and in force": _spoilt(
        "pi1a", f"{EDIT}; {RESTART}", {SETTINGS, ROLL}, {EDITED, RUNS}, restarts={DATANODE}
    ),
    "DataNode's settings put back, not yet in force": _spoilt(
        "pi1a",
        f"cp -p {SITE} /root/kept; {EDIT}; {RESTART}; mv /root/kept {SITE}",
        {ROLL},
        {RUNS},
        restarts={DATANODE},
    ),
    "DataNode's unit edited": _spoilt("pi1a", EDIT_UNIT, {SETTINGS}, {EDITED_UNIT}),
    "DataNode's unit edited and in force": _spoilt(
        "pi1a",
        f"{EDIT_UNIT}; systemctl daemon-reload; {RESTART}",
        {SETTINGS, ROLL},
        {EDITED_UNIT, RUNS},
        restarts={DATANODE},
    ),
    "systemd has not read DataNode's unit": _spoilt(
        "pi1a", f"touch {UNIT}", {SETTINGS}, {f"{DATANODE}: has other files than systemd knows"}
    ),
    "NameNode's settings edited and in force": _spoilt(
        "pi8",
        "sed -i 's,<value>3000</value>,<value>3001</value>,' /etc/hadoop/namenode/hdfs-site.xml; "
        f"systemctl restart {NAMENODE}",
        {SETTINGS, "Restart the NameNode"},
        {"/etc/hadoop/namenode/hdfs-site.xml: other content", f"{NAMENODE}: .*other settings"},
        restarts={NAMENODE},
    ),
    "clients' settings removed": _spoilt(
        "pi1a",
        "rm /etc/hadoop/conf/core-site.xml",
        {SETTINGS},
        {"/etc/hadoop/conf/core-site.xml: not there -> a file"},
    ),
    "the command edited": _spoilt(
        "pi2a",
        "sed -i '1a exit 7' /usr/local/bin/hdfs",
        {SETTINGS},
        {"/usr/local/bin/hdfs: other content; line 2: exit 7 -> line 2: # "},
    ),
    "a board's rack edited": _spoilt(
        "pi8",
        "sed -i s,/usb2,/gigabit, /etc/hadoop/nodes/racks",
        {SETTINGS},
        {"/etc/hadoop/nodes/racks: other content"},
    ),
    "DataNode's folder open to all": _spoilt(
        "pi1a", f"chmod 755 {DATA}", {SETTINGS}, {f"{DATA}: mode 755 -> mode 700"}
    ),
    "DataNode's folder of another owner": _spoilt(
        "pi1a", f"chown root {DATA}", {SETTINGS}, {f"{DATA}: user root -> user hdfs"}
    ),
    "DataNode stopped": _spoilt(
        "pi1a",
        f"systemctl stop {DATANODE}",
        {"Start the DataNode"},
        {f"{DATANODE}: does not run -> "},
    ),
    "DataNode disabled": _spoilt(
        "pi1a",
        f"systemctl disable {DATANODE}",
        {"Start the DataNode"},
        {f"{DATANODE}: does not start at boot -> "},
    ),
    "NameNode stopped": _spoilt(
        "pi8",
        f"systemctl stop {NAMENODE}",
        {"Start the NameNode"},
        {f"{NAMENODE}: does not run -> "},
    ),
    "SecondaryNameNode masked": _spoilt(
        "pi2a",
        f"systemctl disable --now {SECONDARY}; rm -f /etc/systemd/system/{SECONDARY}; "
        f"systemctl mask {SECONDARY}",
        {SETTINGS, "Start the SecondaryNameNode"},
        {
            f"/etc/systemd/system/{SECONDARY}: ",
            f"{SECONDARY}: does not run",
            f"{SECONDARY}: .*boot",
        },
    ),
    "no list of who has to go": _spoilt(
        "pi8",
        "rm /etc/hadoop/nodes/dfs.exclude",
        {LISTS, TELL},
        {"list of DataNodes that have to go: not there -> there, empty", UNREAD},
    ),
    "a board off the list of DataNodes": _spoilt(
        "pi8",
        f"sed -i /pi1a/d {HOSTS}",
        {LISTS, TELL},
        {"pi1a on the list of DataNodes that may come: missing -> there", UNREAD},
    ),
    "lists that the NameNode has not read": _spoilt(
        "pi8", f"touch {HOSTS}; rm -f /run/picluster/{NAMENODE}.told", {TELL}, {UNREAD}
    ),
    "a directory in HDFS of another mode": _spoilt(
        "pi8",
        _in_hdfs("PUT", "/tmp", "SETPERMISSION", "&permission=755"),
        {DIRECTORIES},
        {"hdfs:/tmp: mode 755, hdfs:hadoop -> mode 1777, hdfs:hadoop"},
    ),
    "a home in HDFS of another owner": _spoilt(
        "pi8",
        _in_hdfs("PUT", "/user/pi", "SETOWNER", "&owner=yarn&group=hadoop"),
        {DIRECTORIES},
        {"hdfs:/user/pi: mode 750, yarn:hadoop -> mode 750, pi:pi"},
    ),
    "a directory in HDFS removed": _spoilt(
        "pi8",
        _in_hdfs("DELETE", "/user/pi", "DELETE"),
        {DIRECTORIES},
        {"hdfs:/user/pi: not there -> mode 750, pi:pi"},
    ),
    "the link to the programs removed": _spoilt(
        "pi1a", "rm /opt/hadoop", {INSTALL}, {"/opt/hadoop: not there -> leads to hadoop-"}
    ),
    # Those who have it open would miss what was cut off, some day.
    "a program truncated": _spoilt(
        "pi2a",
        "truncate -s 100 /opt/hadoop/lib/avro-*.jar",
        {INSTALL, ROLL, "Restart the SecondaryNameNode"},
        {UNPACKED, *map(REPLACED.format, (DATANODE, SECONDARY, NODEMANAGER))},
        elsewhere={RESTART_NODEMANAGER: {"pi2a"}},
        restarts={DATANODE, SECONDARY, NODEMANAGER},
    ),
    "a program of another owner": _spoilt(
        "pi1a",
        "chown pi /opt/hadoop/lib/avro-*.jar",
        {INSTALL, ROLL},
        {UNPACKED, *map(REPLACED.format, (DATANODE, NODEMANAGER))},
        elsewhere={RESTART_NODEMANAGER: {"pi1a"}},
        restarts={DATANODE, NODEMANAGER},
    ),
    "the offered archive damaged": _spoilt(
        "pi8",
        "truncate -s -1 /var/cache/picluster/artefacts/hadoop-*.tar",
        {OFFER},
        {r"/artefacts/hadoop-.*: SHA-256 \w+… -> SHA-256 \w+…"},
    ),
    "the archives' server stopped": _spoilt(
        "pi8",
        "systemctl stop picluster-artefacts.service",
        {OFFER},
        {"picluster-artefacts.service: does not run -> "},
    ),
    "Java removed": _spoilt(
        "pi1a",
        "dpkg --remove --force-depends default-jre-headless",
        {"Install Java"},
        {"package default-jre-headless: not installed, or not completely -> installed"},
    ),
    "a daemon's user removed": _spoilt(
        "pi1a",
        "userdel mapred",
        {"Keep Hadoop's users"},
        {"user mapred: not there -> there, in the group hadoop"},
    ),
    # Roles that are another board's.
    "a NameNode where none is planned": _spoilt(
        "pi1a",
        f"sed s/datanode/namenode/g {UNIT} >/etc/systemd/system/{NAMENODE}; "
        f"systemctl daemon-reload; systemctl enable {NAMENODE}",
        {ELSEWHERE, SETTINGS},
        {f"{NAMENODE}: starts at boot -> ", f"/etc/systemd/system/{NAMENODE}: there -> gone"},
    ),
    "settings of a NameNode where none is planned": _spoilt(
        "pi1a",
        "mkdir /etc/hadoop/namenode; cp /etc/hadoop/datanode/core-site.xml /etc/hadoop/namenode/",
        {SETTINGS},
        {"/etc/hadoop/namenode: there -> gone", "/etc/hadoop/namenode/core-site.xml: there -> "},
    ),
}
