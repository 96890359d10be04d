"""Single things spoilt by hand in Spark."""

from functools import partial

from tests.lab.drifts.drift import drift
from tests.lab.drifts.hdfs import _in_hdfs

_spoilt = partial(drift, "Spark")

SETTINGS, INSTALL = "Write Spark's settings", "Install Spark"
OFFER = "Offer Spark to the other boards"
ELSEWHERE = "Stop a history server that is elsewhere now"

HISTORY = "spark-historyserver.service"
HISTORY_SETTINGS = "/etc/hadoop/sparkhistoryserver/spark-defaults.conf"
UNPACKED = "/opt/spark-.*: not there, or not whole -> unpacked"
DEFAULTS = "/etc/spark/conf/spark-defaults.conf"
EDIT = f"sed -i 's/retainedApplications 10/retainedApplications 99/' {HISTORY_SETTINGS}"
RESTART = f"systemctl restart {HISTORY}"

DRIFTS = {
    "jobs' settings edited": _spoilt(
        "pi8",
        f"sed -i 's/^spark.executor.cores 1/spark.executor.cores 4/' {DEFAULTS}",
        {SETTINGS},
        {rf"{DEFAULTS}: other content; line \d+: spark.executor.cores 4 -> .*cores 1"},
    ),
    "jobs' environment removed": _spoilt(
        "pi2a",
        "rm /etc/spark/conf/spark-env.sh",
        {SETTINGS},
        {"/etc/spark/conf/spark-env.sh: not there -> a file"},
    ),
    "a command of another mode": _spoilt(
        "pi2a",
        "chmod 644 /usr/local/bin/spark-submit",
        {SETTINGS},
        {"/usr/local/bin/spark-submit: mode 644 -> mode 755"},
    ),
    "the history server stopped": _spoilt(
        "pi8",
        f"systemctl stop {HISTORY}",
        {"Start the history server"},
        {f"{HISTORY}: does not run -> "},
    ),
    "the history server's settings edited and in force": _spoilt(
        "pi8",
        f"{EDIT}; {RESTART}",
        {SETTINGS, "Restart the history server"},
        {
            rf"{HISTORY_SETTINGS}: other content; line \d+: .*99 -> .*10",
            f"{HISTORY}: .*other settings",
        },
        restarts={HISTORY},
    ),
    "the history server's settings put back, not yet in force": _spoilt(
        "pi8",
        f"cp -p {HISTORY_SETTINGS} /root/kept; {EDIT}; {RESTART}; mv /root/kept {HISTORY_SETTINGS}",
        {"Restart the history server"},
        {f"{HISTORY}: .*other settings"},
        restarts={HISTORY},
    ),
    "the link to the programs removed": _spoilt(
        "pi2a", "rm /opt/spark", {INSTALL}, {"/opt/spark: not there -> leads to spark-"}
    ),
    "the link leads elsewhere": _spoilt(
        "pi2a",
        "ln -sfn /tmp /opt/spark",
        {INSTALL},
        {"/opt/spark: leads to /tmp -> leads to spark-"},
    ),
    "all programs removed": _spoilt("pi2a", "rm -r /opt/spark-*", {INSTALL}, {UNPACKED}),
    "a program truncated": _spoilt(
        "pi2a", "truncate -s 100 /opt/spark/jars/avro-1*.jar", {INSTALL}, {UNPACKED}
    ),
    "a file too many among the programs": _spoilt(
        "pi2a", "touch /opt/spark/jars/mine.jar", {INSTALL}, {UNPACKED}
    ),
    "the offered archive removed": _spoilt(
        "pi8",
        "rm /var/cache/picluster/artefacts/spark-*.tar",
        {OFFER},
        {"/artefacts/spark-.*: not there -> SHA-256"},
    ),
    "numpy removed": _spoilt(
        "pi2a",
        "dpkg --remove --force-depends python3-numpy",
        {"Install Python"},
        {"package python3-numpy: not installed -> installed"},
    ),
    "the folder of jobs' events in HDFS closed": _spoilt(
        "pi8",
        _in_hdfs("PUT", "/spark-events", "SETPERMISSION", "&permission=700"),
        {"Make Spark's directory in HDFS"},
        {"hdfs:/spark-events: mode 700, spark:hadoop -> mode 1777, spark:hadoop"},
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
    "Spark's settings where no Spark is planned": _spoilt(
        "pi1a",
        f"mkdir -p /etc/spark/conf; echo spark.master yarn >{DEFAULTS}",
        {SETTINGS},
        {f"{DEFAULTS}: there -> gone", "/etc/spark/conf: there -> ", "/etc/spark: there -> gone"},
    ),
}
