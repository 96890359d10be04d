"""The board that jobs are handed in on, and for which of them there is room."""

from dataclasses import replace

import pytest

from picluster.plan.load import load_config
from picluster.plan.plan import make_plan
from picluster.submitting.head import NoSparkError, head_of
from tests.unit.submitting.played import ROOT

CONFIG = load_config(ROOT / "cluster.example.toml")
PLAN = make_plan(CONFIG)


@pytest.mark.parametrize("cluster", [False, True])
def test_seven_boards_take_jobs_of_both_modes(cluster: bool) -> None:
    head = head_of(CONFIG, PLAN, cluster=cluster)
    assert head.node.name == "pi8"
    assert head.history_page("application_1_2", 1) == (
        f"http://{head.history.address}:18080/history/application_1_2/1/jobs/"
    )


@pytest.mark.parametrize(
    ("cluster", "words"),
    [
        (False, "pi8, where jobs are handed in, has no memory set aside"),
        (True, "leave out --cluster"),
    ],
)
def test_a_mode_without_room_is_refused_and_the_other_is_not(cluster: bool, words: str) -> None:
    assert PLAN.spark is not None
    spark = replace(PLAN.spark, client_mode=cluster, cluster_mode=not cluster)
    plan = replace(PLAN, spark=spark)
    with pytest.raises(NoSparkError, match=words):
        head_of(CONFIG, plan, cluster=cluster)
    head_of(CONFIG, plan, cluster=not cluster)


def test_a_plan_without_spark() -> None:
    with pytest.raises(NoSparkError, match="not in this cluster's plan"):
        head_of(CONFIG, replace(PLAN, spark=None), cluster=False)
