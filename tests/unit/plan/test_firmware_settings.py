"""Our block in config.txt."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picluster.plan.firmware_settings import (
    BEGIN,
    END,
    block,
    has_settings,
    with_settings,
    wrong_settings,
)

keys = st.text(string.ascii_lowercase + "_:", min_size=1, max_size=8)
values = st.text(string.ascii_letters + string.digits + "#,= []", min_size=1, max_size=8)
settings = st.dictionaries(keys, values.map(str.strip).filter(bool), max_size=3)
owners_lines = st.lists(
    st.sampled_from(["", "[cm4]", "[all]", "gpu_mem=128", "# a comment", "x=\u2028y", "\x0c"])
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=20),
    max_size=6,
)
owners = st.tuples(owners_lines, st.sampled_from(["\n", "\r\n"]), st.booleans()).map(
    lambda parts: parts[1].join(parts[0]) + (parts[1] if parts[2] else "")
)


@given(owners, settings, settings)
def test_once_is_enough(text: str, first: dict[str, str], second: dict[str, str]) -> None:
    for wished in (first, second, first):
        text = with_settings(text, wished)
        assert with_settings(text, wished) == text
        assert has_settings(text, wished)


@given(owners, settings, owners)
def test_the_owners_lines_stay(above: str, wished: dict[str, str], below: str) -> None:
    start = above if not above or above.endswith("\n") else f"{above}\n"
    done = with_settings(start + block({"old": "1"}) + below, wished)
    assert done.removesuffix(block(wished)).rstrip("\n") == (start + below).rstrip("\n")


@given(owners)
def test_no_settings_no_edit(text: str) -> None:
    assert with_settings(text, {}) == text


@given(owners, settings.filter(bool), settings)
def test_other_settings_are_missed(
    text: str, wished: dict[str, str], other: dict[str, str]
) -> None:
    assert has_settings(with_settings(text, other), wished) == (
        list(wished.items()) == list(other.items())
    )


def test_without_its_end_a_block_could_be_the_owners() -> None:
    text = f"a=1\n{BEGIN}\n[all]\ngpu_mem=16\nowner=1\n"
    done = with_settings(text, {"gpu_mem": "32"})
    assert done == text + block({"gpu_mem": "32"})
    assert with_settings(done, {}) == text


def test_the_block_ends_a_filter() -> None:
    done = with_settings("[cm4]\nx=1\n", {"gpu_mem": "16"})
    assert done == f"[cm4]\nx=1\n{BEGIN}\n[all]\ngpu_mem=16\n{END}\n"


@pytest.mark.parametrize("end", ["", "\r\n", "  \n"])
def test_an_editor_may_have_touched_the_last_line(end: str) -> None:
    text = block({"gpu_mem": "16"}).rstrip("\n") + end
    assert has_settings(text, {"gpu_mem": "16"})
    assert with_settings(text, {"gpu_mem": "32"}) == block({"gpu_mem": "32"})


@pytest.mark.parametrize(
    ("key", "value"),
    [("", "1"), ("a b", "1"), ("[all]", "1"), ("a=b", "1"), ("a\n", "1"), ("ü", "1")]
    + [("a", value) for value in ("", " ", " 1", "1\n[pi4]", "1\r", "\u2028", "\0")],
)
def test_what_is_no_line(key: str, value: str) -> None:
    assert wrong_settings({"arm_64bit": "1", key: value}) == [f"{key}={value}"]


def test_what_is_one() -> None:
    assert wrong_settings({"dtparam": "audio=on", "hdmi_mode:1": "82", "x": "a b # $(c)"}) == []
