"""The models that a misspelt one may stand for."""

import pytest
from pydantic import TypeAdapter, ValidationError

from picluster.plan.modelnames import ModelName


def message(name: str) -> str:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(ModelName).validate_python(name)
    return caught.value.errors()[0]["msg"]


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("4", "4B"),
        ("pi4", "4B"),
        ("Raspberry Pi 4 Model B Rev 1.5", "4B"),
        ("3b plus", "3B+"),
        ("3 B+", "3B+"),
        ("Pi 5", "5"),
        ("RPi Zero 2W", "Zero 2 W"),
        ("Compute Module 4", "CM4"),
        ("cm5 lite", "CM5 Lite"),
        ("500 plus", "500+"),
    ],
)
def test_other_spellings(spelling: str, name: str) -> None:
    assert message(spelling).endswith(f'did you mean "{name}"?')


@pytest.mark.parametrize("spelling", ["", "Pi", "ODROID-N2"])
def test_no_guess(spelling: str) -> None:
    assert "; known models are " in message(spelling)
