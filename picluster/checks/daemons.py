"""Whether the daemons of the plan answer on their pages, and no others do."""

import socket
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from picluster.checks import http
from picluster.checks.check import Check
from picluster.checks.cluster import Cluster
from picluster.checks.conditions import first, hdfs_is_off, nobody
from picluster.checks.verdict import AskError, Problem, Verdict, judged
from picluster.plan import hadoop_ports as ports
from picluster.plan import spark_ports
from picluster.plan.daemons import HadoopRole
from picluster.plan.wording import TITLES

CONNECT_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Page:
    """Where a daemon's page is, and how it makes itself known there."""

    role: HadoopRole
    port: int
    process: str
    """Its name in Hadoop's metrics; empty for Spark's, which has none."""
    unit: str
    deploy: str
    """Of the deploy that starts it."""

    @property
    def path(self) -> str:
        """What only this daemon answers."""
        if not self.process:
            return "/api/v1/version"
        return f"/jmx?qry=Hadoop:service={self.process},name=JvmMetrics"

    def is_known_by(self, answer: Any) -> bool:
        """Whether the page is this daemon's."""
        if not self.process:
            return isinstance(answer, dict) and "spark" in answer
        beans = answer.get("beans") if isinstance(answer, dict) else None
        return any(bean.get("tag.ProcessName") == self.process for bean in beans or ())


PAGES = (
    Page("namenode", ports.NAMENODE_HTTP, "NameNode", "hdfs-namenode", "hdfs"),
    Page(
        "secondarynamenode",
        ports.SECONDARY_HTTP,
        "SecondaryNameNode",
        "hdfs-secondarynamenode",
        "hdfs",
    ),
    Page("datanode", ports.DATANODE_HTTP, "DataNode", "hdfs-datanode", "hdfs"),
    Page(
        "resourcemanager",
        ports.RESOURCEMANAGER_HTTP,
        "ResourceManager",
        "yarn-resourcemanager",
        "yarn",
    ),
    Page("nodemanager", ports.NODEMANAGER_HTTP, "NodeManager", "yarn-nodemanager", "yarn"),
    Page("historyserver", ports.HISTORY_HTTP, "JobHistoryServer", "mapred-historyserver", "yarn"),
    Page("sparkhistoryserver", spark_ports.HISTORY_HTTP, "", "spark-historyserver", "spark"),
)
"""Ports and units as they are documented, so that a slip of the deploys' own table shows."""

Answers = Mapping[tuple[str, HadoopRole], str | None]
"""Board and role to what is wrong with the page there, None for one that answers. Pages where
nothing listens and nothing is to are not in it."""

UNPLANNED = "something listens"


def judge(wanted: Mapping[str, Sequence[HadoopRole]], found: Answers) -> Iterator[Problem]:
    """What does not answer, and what answers without being planned.

    + wanted: roles of each board that answers
    """
    for board, roles in wanted.items():
        for page in PAGES:
            if page.role in roles:
                reason = found.get((board, page.role), "nothing was asked")
                if reason is not None:
                    yield Problem(
                        f"{TITLES[page.role]} on {board} does not answer on its page ({reason})",
                        f"sudo systemctl start {page.unit} on {board}, or pyinfra inventory.py "
                        f"deploys.{page.deploy}.apply; why it ended: sudo journalctl -u "
                        f"{page.unit}",
                    )
            elif (board, page.role) in found:
                yield Problem(
                    f"{board} listens at port {page.port}, which is that of {TITLES[page.role]} "
                    "and not planned there",
                    f"pyinfra inventory.py deploys.{page.deploy}.apply stops a daemon of ours; "
                    f"what it is: sudo ss -lntp 'sport = {page.port}' on {board}",
                )


def _wanted(cluster: Cluster) -> dict[str, Sequence[HadoopRole]]:
    """Roles of each board that answers."""
    return {node.name: cluster.plan.node(node.name).roles for node in cluster.answering}


def answers(cluster: Cluster) -> Answers:
    """Asks every page of every board that answers, all at once, and once for all checks."""
    return cluster.once("pages of daemons", lambda: _ask_all(cluster))


def _ask_all(cluster: Cluster) -> Answers:
    wanted = _wanted(cluster)
    places = [(board, page) for board in wanted for page in PAGES]
    if not places:
        return {}

    def look(place: tuple[str, Page]) -> tuple[bool, str | None]:
        board, page = place
        return _look(cluster.address(board), page, is_planned=page.role in wanted[board])

    with ThreadPoolExecutor(max_workers=len(places)) as pool:
        looks = dict(zip(places, pool.map(look, places), strict=True))
    return {(b, page.role): reason for (b, page), (there, reason) in looks.items() if there}


def ask(cluster: Cluster) -> Verdict:
    """Judges what the pages answer."""
    wanted = _wanted(cluster)
    planned = sum(page.role in roles for roles in wanted.values() for page in PAGES)
    return judged(f"{planned} daemons answer, and nothing else", judge(wanted, answers(cluster)))


def _look(address: str, page: Page, *, is_planned: bool) -> tuple[bool, str | None]:
    """Whether there is something to tell of the page, and what is wrong with it."""
    if is_planned:
        return True, _reason(f"http://{address}:{page.port}{page.path}", page)
    try:
        socket.create_connection((address, page.port), CONNECT_SECONDS).close()
    except OSError:
        return False, None
    return True, UNPLANNED


def _reason(url: str, page: Page) -> str | None:
    try:
        answer = http.json(dict[str, Any], url, "")
    except AskError as error:
        return error.problem.reason
    return None if page.is_known_by(answer) else f"what answers at {url} is another program"


CHECK = Check(
    "daemons",
    "Hadoop's daemons answer, and no others",
    "the page of each daemon that is planned, and the same ports of all other boards",
    ask,
    first(hdfs_is_off, nobody),
)
