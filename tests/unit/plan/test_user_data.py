"""cloud-init's user-data without the names."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from picluster.plan.user_data import sets_names, without_names

HEAD = "#cloud-config\n"
lines = st.lists(
    st.sampled_from(
        "hostname: x|fqdn : x.y|manage_etc_hosts: true|prefer_fqdn_over_hostname: true|users:|"
        "- name: pi|  hostname: inner|# hostname: old||hostname_file: /x|manage_etc_hosts: false|"
        "runcmd:|  - 'echo \u2028'".split("|")
    ),
    max_size=8,
)
texts = st.tuples(lines, st.sampled_from(["\n", "\r\n"]), st.booleans()).map(
    lambda p: p[1].join(["#cloud-config", *p[0]]) + (p[1] if p[2] else "")
)


@given(texts)
def test_once_is_enough(text: str) -> None:
    once = without_names(text)
    assert without_names(once) == once
    assert not sets_names(once)


@given(texts)
def test_only_what_sets_names_is_changed(text: str) -> None:
    assert (without_names(text) != text) is sets_names(text)


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("", True),
        ("manage_etc_hosts: false", False),
        ("manage_etc_hosts: false \r\nuser: pi\r\n\r\n", False),
        ("manage_etc_hosts: false # mine\n", True),
        ("manage_etc_hosts: localhost\n", True),
        ("  manage_etc_hosts: false\n", True),
        ("hostname: x\nmanage_etc_hosts: false\n", True),
        ("manage_etc_hosts: false\nmanage_etc_hosts: true\n", True),
        ("  hostname: inner\nhostname_file: x\nmanage_etc_hosts: false\n", False),
    ],
)
def test_sets_names(rest: str, expected: bool) -> None:
    assert sets_names(HEAD + rest) is expected


@given(texts)
def test_nothing_else_is_lost(text: str) -> None:
    top = ("hostname:", "fqdn ", "manage_etc_hosts:", "prefer_fqdn")
    left = [line for line in without_names(text).replace("\r", "").split("\n") if line]
    for line in text.replace("\r", "").split("\n"):
        if line and not line.startswith(top) and not line.startswith("  "):
            assert line in left


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD, f"{HEAD}manage_etc_hosts: false\n"),
        (f"{HEAD}hostname: x", f"{HEAD}manage_etc_hosts: false\n"),
        (f"{HEAD}hostname: >\n  x\n\nuser: pi\n", f"{HEAD}\nuser: pi\nmanage_etc_hosts: false\n"),
        (f"## template: jinja\n{HEAD}fqdn: x\n", None),
    ],
)
def test_without_names(text: str, expected: str | None) -> None:
    done = without_names(text)
    assert done == (expected or f"## template: jinja\n{HEAD}manage_etc_hosts: false\n")


def test_what_imager_writes_stays_valid() -> None:
    text = (
        f"{HEAD}hostname: raspberrypi\nmanage_etc_hosts: true\npackages:\n- avahi-daemon\n"
        "apt:\n  preserve_sources_list: true\nusers:\n- name: pi\n  passwd: '$5$a$b'\n"
    )
    before, after = yaml.safe_load(text), yaml.safe_load(without_names(text))
    assert after["manage_etc_hosts"] is False
    assert "hostname" not in after
    for key in ("packages", "apt", "users"):
        assert after[key] == before[key]


@pytest.mark.parametrize(
    "text", ["", "\n", "#!/bin/sh\nhostname: x\n", "#include\nhttps://x\n", "#cloud-config-archive"]
)
def test_what_is_no_settings_stays_as_it_is(text: str) -> None:
    assert without_names(text) == text
    assert not sets_names(text)
