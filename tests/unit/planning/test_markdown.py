"""Tables between marks in a page."""

import pytest

from picluster.planning.markdown import renewed, table


def test_a_table() -> None:
    assert table(("a", "b"), [("1", "2")]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"


def test_a_page_without_marks_is_named() -> None:
    with pytest.raises(ValueError, match="begin: six"):
        renewed("<!-- begin: budget -->\n<!-- end: budget -->", {"six": ""})


def test_a_table_is_renewed_and_all_else_stays() -> None:
    page = "a\n<!-- begin: one -->\nold\n<!-- end: one -->\nb\n"
    new = renewed(page, {"one": "| new |"})
    assert new == "a\n<!-- begin: one -->\n\n| new |\n\n<!-- end: one -->\nb\n"
    assert renewed(new, {"one": "| new |"}) == new
