"""Single things spoilt by hand in YARN and in MapReduce's history."""

from functools import partial

from tests.lab import hadoop_seen
from tests.lab.drifts.drift import drift
from tests.lab.drifts.hdfs import _in_hdfs

_spoilt = partial(drift, "YARN")

SETTINGS, TELL = "Write YARN's settings", "Tell the ResourceManager of new nodes"
ELSEWHERE = "Stop YARN daemons that are elsewhere now"

MANAGER, NODE = "yarn-resourcemanager.service", "yarn-nodemanager.service"
HISTORY = "mapred-historyserver.service"
SITE = "/etc/hadoop/nodemanager/yarn-site.xml"
EDIT = f"sed -i 's,<value>256</value>,<value>250</value>,' {SITE}"
RESTART = f"systemctl restart {NODE}"

EDITED = rf"{SITE}: other content; line \d+: .*250.* -> .*256"
RUNS = f"{NODE}: .*other settings"

DRIFTS = {
    "a NodeManager's memory edited": _spoilt("pi1a", EDIT, {SETTINGS}, {EDITED}),
    "a NodeManager's memory edited and in force": _spoilt(
        "pi1a",
        f"{EDIT}; {RESTART}",
        {SETTINGS, "Restart the NodeManager"},
        {EDITED, RUNS},
        restarts={NODE},
        shows=lambda lab: hadoop_seen.nodemanagers(lab).get("pi1a", (0, 0))[0] == 250,
    ),
    "a NodeManager's memory put back, not yet in force": _spoilt(
        "pi1a",
        f"cp -p {SITE} /root/kept; {EDIT}; {RESTART}; mv /root/kept {SITE}",
        {"Restart the NodeManager"},
        {RUNS},
        restarts={NODE},
    ),
    "a NodeManager stopped": _spoilt(
        "pi2a", f"systemctl stop {NODE}", {"Start the NodeManager"}, {f"{NODE}: does not run -> "}
    ),
    "a NodeManager disabled": _spoilt(
        "pi2a",
        f"systemctl disable {NODE}",
        {"Start the NodeManager"},
        {f"{NODE}: does not start at boot -> "},
    ),
    "the scheduler's settings edited and in force": _spoilt(
        "pi8",
        "sed -i 's,</configuration>,<!-- mine --></configuration>,' "
        "/etc/hadoop/resourcemanager/capacity-scheduler.xml; "
        f"systemctl restart {MANAGER}",
        {SETTINGS, "Restart the ResourceManager"},
        {"capacity-scheduler.xml: other content", f"{MANAGER}: .*other settings"},
        restarts={MANAGER},
        shows=lambda lab: bool(hadoop_seen.page(lab.boards["pi8"], 8088, "/ws/v1/cluster/info")),
    ),
    "the history server stopped": _spoilt(
        "pi8",
        f"systemctl stop {HISTORY}",
        {"Start the history server"},
        {f"{HISTORY}: does not run -> "},
    ),
    "clients' settings edited": _spoilt(
        "pi2a",
        "sed -i s,pi8,pi9, /etc/hadoop/conf/yarn-site.xml",
        {SETTINGS},
        {r"/etc/hadoop/conf/yarn-site.xml: other content; line \d+: .*pi9.* -> .*pi8"},
    ),
    "the containers' folder closed": _spoilt(
        "pi1a",
        "chmod 700 /var/lib/hadoop/nodemanager/local",
        {SETTINGS},
        {"/var/lib/hadoop/nodemanager/local: mode 700 -> mode 755"},
    ),
    "a board off the list of nodes": _spoilt(
        "pi8",
        "sed -i /pi1a/d /etc/hadoop/nodes/yarn.hosts",
        {TELL},
        {"pi1a.* on the list of nodes that may come to YARN: missing -> there"},
    ),
    "no list of who has to go": _spoilt(
        "pi8",
        "rm /etc/hadoop/nodes/yarn.exclude",
        {TELL},
        {"list of nodes that have to leave YARN: not there -> there, empty"},
    ),
    "the folder of logs in HDFS removed": _spoilt(
        "pi8",
        _in_hdfs("DELETE", "/app-logs", "DELETE", "&recursive=true"),
        {"Make YARN's directories in HDFS"},
        {"hdfs:/app-logs: not there -> mode 1777, yarn:hadoop"},
    ),
    # Roles that are another board's.
    "a history server where none is planned": _spoilt(
        "pi1a",
        f"printf '[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\n"
        f"WantedBy=multi-user.target\\n' >/etc/systemd/system/{HISTORY}; "
        f"systemctl daemon-reload; systemctl enable --now {HISTORY}",
        {ELSEWHERE, SETTINGS},
        {f"{HISTORY}: runs -> ", f"/etc/systemd/system/{HISTORY}: there -> gone"},
        restarts={HISTORY},
    ),
}
