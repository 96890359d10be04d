"""The cluster that `benchmarks/plan.py` plans, of any size."""

from pathlib import Path

import pytest
import tomli
from click.testing import CliRunner

from benchmarks.plan import MODELS, calls, cluster_of
from picluster.cli import main
from picluster.plan.difference import Planned, difference
from picluster.plan.load import parse_config
from picluster.plan.plan import make_plan


@pytest.mark.parametrize("boards", [1, 7, 300])
def test_it_can_be_planned(boards: int) -> None:
    config = parse_config(tomli.loads(cluster_of(boards)), "cluster.toml")
    planned = Planned(config, make_plan(config))
    assert len(planned.plan.nodes) == boards
    assert not difference(planned, planned)


def test_its_boards_are_mixed() -> None:
    config = parse_config(tomli.loads(cluster_of(90)), "cluster.toml")
    assert {node.model for node in config.nodes} == {model for model, _ in MODELS}


def test_every_way_to_show_a_plan_is_measured() -> None:
    told = " ".join(argument for _, arguments in calls("FILE") for argument in arguments)
    assert all(option in told for option in ("--power", "--json", "--explain", "--diff", "--svg"))


def test_a_thousand_boards_are_shown(tmp_path: Path) -> None:
    file = tmp_path / "cluster.toml"
    file.write_text(cluster_of(1000))
    result = CliRunner().invoke(main, ["plan", str(file)])
    assert (result.exit_code, "pi999" in result.stdout) == (0, True)
