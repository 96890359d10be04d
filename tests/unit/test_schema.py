"""The JSON Schema in docs/ is what the models say."""

import json
from pathlib import Path
from typing import Any

import pytest

from picluster.plan.config import json_schema
from picluster.plan.modelnames import USABLE

FILE = Path(__file__).parents[2] / "docs" / "cluster.schema.json"
DEFINITIONS: dict[str, dict[str, Any]] = json_schema()["$defs"]


def test_is_current() -> None:
    assert json.loads(FILE.read_text()) == json_schema(), (
        "run: picluster schema > docs/cluster.schema.json"
    )


@pytest.mark.parametrize("name", DEFINITIONS)
def test_every_key_is_described(name: str) -> None:
    assert DEFINITIONS[name]["additionalProperties"] is False
    assert all("description" in key for key in DEFINITIONS[name]["properties"].values())


def test_models_can_be_chosen() -> None:
    assert DEFINITIONS["Node"]["properties"]["model"]["enum"] == list(USABLE)


def test_required_keys() -> None:
    assert set(json_schema()["required"]) == {"network", "ssh", "node"}
    assert set(DEFINITIONS["Node"]["required"]) == {"name", "address", "model", "memory_gb"}
