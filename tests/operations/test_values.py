"""Values of the wrong kind: taken as what they surely mean, or refused for that host."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from operations import boot, kernel, packages, system
from operations.values import WrongValueError, table, texts
from tests.operations.board import Board


def test_a_lone_text_is_not_spelt_into_letters() -> None:
    assert texts("arguments", "quiet") == ["quiet"]
    assert texts("arguments", ("a", "b")) == ["a", "b"]


def test_a_whole_number_is_a_text() -> None:
    assert table("settings", {"gpu_mem": 16}) == {"gpu_mem": "16"}


@pytest.mark.parametrize("values", [5, None, ["a", 1], {"a": "b"}])
def test_no_list_of_texts(values: object) -> None:
    with pytest.raises(WrongValueError, match="arguments takes a list of texts"):
        texts("arguments", values)


@pytest.mark.parametrize("values", ["gpu_mem=16", ["a"], None, {"a": True}, {"a": None}, {1: "a"}])
def test_no_table(values: object) -> None:
    with pytest.raises(WrongValueError, match="settings takes a table"):
        table("settings", values)


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        (boot.kernel_arguments, {"arguments": 5}),
        (boot.firmware_settings, {"settings": "gpu_mem=16"}),
        (boot.reboot, {"arguments": "x", "settings": "y", "swap": "none"}),
        (kernel.modules, {"modules": 1}),
        (kernel.sysctls, {"values": "a"}),
        (packages.debian, {"packages": {"curl": 1}}),
        (system.watchdog, {"timeout": "soon"}),
    ],
)
def test_an_operation_refuses_it_for_its_host_alone(
    tmp_path: Path, operation: Any, arguments: Mapping[str, Any]
) -> None:
    outcome = Board(tmp_path).call(operation, **arguments)
    assert outcome.failed
    assert outcome.commands == []
