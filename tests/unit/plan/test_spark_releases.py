"""What is said of a board that runs another release than the head."""

from picluster.plan.spark_releases import other_release


def test_both_boards_both_releases_and_a_way_out_are_named() -> None:
    said = other_release("pi4", "trixie", "pi8", "bookworm")
    for word in ("pi4", "trixie", "pi8", "bookworm", "enabled = false in [spark]"):
        assert word in said
