"""Whether the cluster's home page answers, and shows every board as it is now."""

from collections.abc import Iterator, Mapping, Sequence
from email.utils import parsedate_to_datetime

import requests

from picluster.checks import http
from picluster.checks.check import Check
from picluster.checks.cluster import Cluster
from picluster.checks.conditions import board_is_silent, first, home_is_off, nobody
from picluster.checks.verdict import AskError, Problem, Verdict, judged
from picluster.contact.together import together
from picluster.plan import home, layout
from picluster.plan.errors import UserError
from picluster.plan.node import Node
from picluster.plan.thermal import stale_seconds

NO_CONTENT = 204
"""What the page's server answers where a board has handed in nothing since it started."""


def _home_is_silent(cluster: Cluster) -> str | None:
    """The board of the page does not answer."""
    return board_is_silent(cluster, layout.home_page(cluster.config))


def judge_page(text: str, nodes: Sequence[Node], remedy: str) -> Iterator[Problem]:
    """Boards of cluster.toml that the page does not show."""
    missing = [node.name for node in nodes if f'data-board="{node.name}"' not in text]
    if missing:
        yield Problem(f"the page does not show {', '.join(missing)}", remedy)


def age_of(answer: requests.Response) -> float | None:
    """Seconds since the board handed in what is answered, by the server's clock; None for nothing.

    Raises ValueError for an answer that tells no time.
    """
    if answer.status_code == NO_CONTENT:
        return None
    try:
        then, now = (
            parsedate_to_datetime(answer.headers[name]) for name in ("Last-Modified", "Date")
        )
    except (KeyError, ValueError, TypeError):
        raise ValueError("it tells no time of its figures") from None
    return (now - then).total_seconds()


def judge_ages(ages: Mapping[str, float | None], stale: int) -> Iterator[Problem]:
    """Boards that have told the page nothing, or nothing of late.

    + ages: seconds, by the names of boards that answer; None for one that told nothing
    + stale: age in seconds from which a figure counts no longer
    """
    for name, age in ages.items():
        if age is not None and age <= stale:
            continue
        told = "nothing" if age is None else f"nothing for {age:.0f} s"
        yield Problem(
            f"{name} has told the home page {told}",
            "a minute after its start, systemctl status picluster-thermal.timer "
            f"picluster-thermal.service on {name} tells why",
        )


def ask(cluster: Cluster) -> Verdict:
    """Asks for the page, and for the figures of each board that answers."""
    config = cluster.config
    url, board = home.url(config), layout.home_page(config)
    remedy = (
        f"sudo systemctl restart picluster-home.service on {board}, or: "
        "pyinfra inventory.py deploys.home.apply"
    )
    page = http.content(url, remedy).decode(errors="replace")
    problems = list(judge_page(page, cluster.nodes, remedy))
    if not config.thermal.enabled:
        return judged(f"{url} shows {len(cluster.nodes)} boards, without figures", problems)
    ages: dict[str, float | None] = {}
    for node, outcome in together(cluster.answering, lambda node: _age(cluster, node, remedy)):
        if isinstance(outcome, AskError):
            problems.append(outcome.problem)
        elif isinstance(outcome, UserError):
            raise outcome
        else:
            ages[node.name] = outcome
    stale = stale_seconds(config.thermal)
    old = list(judge_ages(ages, stale))
    fresh = len(ages) - len(old)
    found = f"{url} shows {len(cluster.nodes)} boards, {fresh} with figures of the last {stale} s"
    return judged(found, [*problems, *old])


def _age(cluster: Cluster, node: Node, remedy: str) -> float | None:
    url = f"{home.url(cluster.config)}{home.FIGURES}/{node.name}.json"
    answer = http.response(url, remedy)
    try:
        return age_of(answer)
    except ValueError as error:
        raise AskError(f"{url}: {error}", remedy) from None


CHECK = Check(
    "home-page",
    "The home page shows every board",
    "the page, and how old the figures of each board on it are",
    ask,
    first(home_is_off, nobody, _home_is_silent),
)
