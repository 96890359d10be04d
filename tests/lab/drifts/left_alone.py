"""What is the boards' owner's own: no difference, and left as it is."""

from dataclasses import dataclass

from tests.lab import services


@dataclass(frozen=True)
class Own:
    """Something of the owner's on a board."""

    board: str
    made: str
    """The shell script that makes it."""
    there: str
    """One that succeeds as long as it is there."""
    removed: str


_LABEL = "docker node inspect pi1a --format '{{ .Spec.Labels.mine }}' | grep -x yes"
_IN_HDFS = "http://pi8:9870/webhdfs/v1/shared?user.name=hdfs&op="

OWN = {
    "a label of a node": Own(
        "pi8",
        "docker node update --label-add mine=yes pi1a",
        _LABEL,
        "docker node update --label-rm mine pi1a",
    ),
    "a service of the Swarm": Own(
        "pi8",
        f"docker service create --detach --no-resolve-image --name mine --replicas 0 "
        f"{services.IMAGE}",
        "docker service inspect mine",
        "docker service rm mine",
    ),
    "a kernel argument": Own(
        "pi1a",
        "sed -i 's/$/ mine=1/' /boot/firmware/cmdline.txt",
        "grep ' mine=1$' /boot/firmware/cmdline.txt",
        "sed -i 's/ mine=1$//' /boot/firmware/cmdline.txt",
    ),
    "a setting of the kernel": Own(
        "pi1a",
        "echo net.ipv4.tcp_syncookies=1 >/etc/sysctl.d/95-mine.conf",
        "grep -x net.ipv4.tcp_syncookies=1 /etc/sysctl.d/95-mine.conf",
        "rm /etc/sysctl.d/95-mine.conf",
    ),
    "a unit": Own(
        "pi2a",
        "printf '[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\n"
        "WantedBy=multi-user.target\\n' >/etc/systemd/system/mine.service; "
        "systemctl enable --now mine.service",
        "systemctl is-active mine.service && systemctl is-enabled mine.service",
        "systemctl disable --now mine.service; rm /etc/systemd/system/mine.service; "
        "systemctl daemon-reload",
    ),
    "a file among the clients' settings of Hadoop": Own(
        "pi1a",
        "echo '<configuration/>' >/etc/hadoop/conf/ssl-client.xml",
        "grep configuration /etc/hadoop/conf/ssl-client.xml",
        "rm /etc/hadoop/conf/ssl-client.xml",
    ),
    "a folder in HDFS": Own(
        "pi8",
        f"curl -s -f -X PUT '{_IN_HDFS}MKDIRS&permission=777'",
        f"curl -s -f '{_IN_HDFS}GETFILESTATUS' | grep 777",
        f"curl -s -f -X DELETE '{_IN_HDFS}DELETE'",
    ),
    "a folder below /opt": Own(
        "pi2a",
        "mkdir -p /opt/mine && echo yes >/opt/mine/file",
        "grep -x yes /opt/mine/file",
        "rm -r /opt/mine",
    ),
}
