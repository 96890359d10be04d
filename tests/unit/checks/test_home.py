"""Whether the home page shows every board as it is now."""

from email.utils import formatdate
from typing import Any

import pytest
import requests

from picluster.checks import home, http
from picluster.checks.cluster import Cluster
from picluster.checks.verdict import AskError, Verdict
from tests.unit.checks.clusters import cluster, said

PAGE = '<tr data-board="pi8"></tr><tr data-board="pi4"></tr><tr data-board="pi1a"></tr>'
URL = "http://10.0.0.2/"


def answer(text: str = "{}", *, age: float | None = 5, status: int = 200) -> requests.Response:
    """What the server says of a figure that is so old."""
    made = requests.Response()
    made.status_code = status
    made._content = text.encode()
    made.headers["Date"] = formatdate(10_000, usegmt=True)
    if age is not None:
        made.headers["Last-Modified"] = formatdate(10_000 - age, usegmt=True)
    return made


NOTHING = answer("", age=None, status=204)


def asked(
    monkeypatch: pytest.MonkeyPatch,
    asking: Cluster,
    page: str = PAGE,
    **figures: requests.Response | AskError,
) -> Verdict:
    """The verdict where the server answers so; boards that are not named hand in fresh figures."""

    def response(url: str, remedy: str, **_: Any) -> requests.Response:
        name = url.removeprefix(f"{URL}boards/").removesuffix(".json")
        given = answer(page) if url == URL else figures.get(name, answer())
        if isinstance(given, AskError):
            raise given
        return given

    monkeypatch.setattr(http, "response", response)
    return home.ask(asking)


def reasons(verdict: Verdict) -> list[str]:
    """What is wrong."""
    return [problem.reason for problem in verdict.problems]


def test_all_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = asked(monkeypatch, cluster())
    assert verdict.state == "passed"
    assert verdict.found == f"{URL} shows 3 boards, 3 with figures of the last 60 s"


def test_a_board_that_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = asked(monkeypatch, cluster(), page='<tr data-board="pi8"></tr>')
    assert reasons(verdict) == ["the page does not show pi4, pi1a"]


@pytest.mark.parametrize(
    ("figure", "told"),
    [(answer(age=61), "nothing for 61 s"), (NOTHING, "nothing"), (answer(age=60), None)],
)
def test_an_old_figure(
    monkeypatch: pytest.MonkeyPatch, figure: requests.Response, told: str | None
) -> None:
    verdict = asked(monkeypatch, cluster(), pi1a=figure)
    assert reasons(verdict) == ([f"pi1a has told the home page {told}"] if told else [])


def test_a_slower_watch_may_be_older(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = cluster(thermal={"interval_seconds": 60})
    assert asked(monkeypatch, slow, pi1a=answer(age=240)).state == "passed"
    assert asked(monkeypatch, slow, pi1a=answer(age=241)).state == "failed"


def test_who_does_not_answer_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    part = cluster({"pi8": lambda _: said(), "pi4": lambda _: said()})
    assert asked(monkeypatch, part, pi1a=NOTHING).state == "passed"


def test_without_a_watch_there_are_no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = asked(monkeypatch, cluster(thermal={"enabled": False}), pi8=NOTHING)
    assert (verdict.state, verdict.found) == (
        "passed",
        f"{URL} shows 3 boards, without figures",
    )


def test_a_server_that_refuses_a_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = asked(monkeypatch, cluster(), pi4=AskError("403 Forbidden", "start it"))
    assert reasons(verdict) == ["403 Forbidden"]


def test_an_answer_without_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = asked(monkeypatch, cluster(), pi4=answer(age=None))
    assert reasons(verdict) == [f"{URL}boards/pi4.json: it tells no time of its figures"]


@pytest.mark.parametrize(
    ("asking", "wanted"),
    [
        (cluster(home={"enabled": False}), "off in cluster.toml: enabled = false under [home]"),
        (cluster({}), "not asked: no board answers"),
        (cluster({"pi8": lambda _: said()}), "not asked: no SSH login on pi4"),
        (cluster(), None),
    ],
)
def test_when_nothing_is_asked(asking: Cluster, wanted: str | None) -> None:
    assert home.CHECK.unless(asking) == wanted
