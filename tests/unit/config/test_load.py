"""Files that cannot be read, and data of any shape."""

import datetime
import errno
import os
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from picluster.plan.config import ClusterConfig
from picluster.plan.load import load_config, parse_config
from picluster.plan.modelnames import USABLE
from picluster.plan.node import Node
from picluster.plan.problems import ConfigError, Problem


def refusal(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    return str(caught.value).removeprefix(str(path))


def test_missing_file(tmp_path: Path) -> None:
    assert refusal(tmp_path / "cluster.toml") == (
        " has 1 problem:\n"
        "  there is no such file; copy cluster.example.toml to it and fill in your boards"
    )


def test_directory(tmp_path: Path) -> None:
    assert refusal(tmp_path) == " has 1 problem:\n  is a directory; name the file in it"


def test_file_as_directory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot be read: Not a directory" in refusal(tmp_path / "file" / "cluster.toml")


def test_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root reads every file, so the kernel's answer is put in its mouth.
    denied = PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    monkeypatch.setattr(Path, "read_bytes", Mock(side_effect=denied))
    assert "cannot be read: Permission denied" in refusal(tmp_path / "cluster.toml")


def test_path_with_a_null_character() -> None:
    assert "cannot be read: " in refusal(Path("cluster\0.toml"))


@pytest.mark.parametrize("text", ["x = " + "[" * 10_000, "x = " + "{a=" * 10_000])
def test_deep_nesting(text: str, tmp_path: Path) -> None:
    file = tmp_path / "cluster.toml"
    file.write_text(text)
    assert " has 1 problem:" in refusal(file)


def test_number_of_ten_thousand_digits(tmp_path: Path) -> None:
    file = tmp_path / "cluster.toml"
    file.write_text("x = " + "1" * 10_000)
    assert "is not valid TOML" in refusal(file)


@pytest.mark.parametrize("key", ["memory_gb", "name", "address", "model", "roles", "mac"])
def test_number_that_python_does_not_write_out(key: str) -> None:
    with pytest.raises(ConfigError, match=rf"node\[0\].{key}: "):
        parse_config({"node": [{key: 16**6000}]}, "cluster.toml")


def test_problems_are_data_too(tmp_path: Path) -> None:
    file = tmp_path / "cluster.toml"
    file.write_text('[network]\nsubnet = "10.0.0.0/8"\n[ssh]\nusr = "pi"\n')
    with pytest.raises(ConfigError) as caught:
        load_config(file)
    assert [(problem.path, problem.message) for problem in caught.value.problems] == [
        ("ssh.usr", 'no such key; did you mean "user"?'),
        ("node", "is missing; add a [[node]] table for each board"),
    ]


KEYS = sorted(
    {
        *(field.alias or key for key, field in ClusterConfig.model_fields.items()),
        *Node.model_fields,
        "subnet",
        "gateway",
        "user",
        "managers",
        "release",
        "source",
        "version",
        "address_pool",
        "registry_mirrors",
    }
)
VALUES = st.recursive(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(
            ["10.0.0.0/24", "10.0.0.5", "10.0.0.0/8", "debian", "pi", "manager", *USABLE]
        ),
        st.integers(),
        st.just(10**400),
        st.floats(),
        st.booleans(),
        st.just(datetime.date(2026, 1, 1)),
        st.just(datetime.time(1, 2)),
        st.datetimes(),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=8)), inner, max_size=6),
    ),
    max_leaves=20,
)
TABLES = st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=8)), VALUES, max_size=8)


@settings(deadline=None)
@given(TABLES, st.lists(TABLES, max_size=4))
def test_any_data_is_accepted_or_refused_in_lines(
    data: dict[str, Any], nodes: list[dict[str, Any]]
) -> None:
    problems: list[Problem] = []
    try:
        parse_config({**data, "node": nodes}, "cluster.toml")
    except ConfigError as error:
        problems = error.problems
    assert all(problem.line.isprintable() for problem in problems)
