"""Hadoop's lists of nodes."""

from picluster.plan.node_lists import names


def test_names_stand_one_or_more_a_line_before_a_comment() -> None:
    lines = ["pi8", "", " pi2a\tpi4 # slow", "#pi1a"]
    assert names(lines) == ["pi8", "pi2a", "pi4"]
