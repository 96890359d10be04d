"""The board model that a node declares."""

import re
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

from picluster.plan.boards import MODELS
from picluster.plan.problems import quote
from picluster.plan.suggest import closest, did_you_mean, listed

USABLE = tuple(model.name for model in MODELS.values() if model.bits64)
"""Names of the models that can be nodes: those that run a 64-bit system."""


def _check(name: str) -> str:
    if name not in MODELS:
        known = f"known models are {listed(map(quote, USABLE), 'and')}"
        raise ValueError(f"{quote(name)} is no model{did_you_mean(_meant(name), known)}")
    if not MODELS[name].bits64:
        raise ValueError(
            f"a {MODELS[name].title} is 32-bit, and every node runs a 64-bit system; "
            "leave this board out"
        )
    return name


def _meant(name: str) -> str | None:
    """The model behind other spellings: `Raspberry Pi 4 Model B`, `pi4`, `3b plus`."""
    by_plain = {_plain(model.name): model.name for model in MODELS.values()}
    by_plain |= {_plain(model.title): model.name for model in MODELS.values()}
    plain = _plain(name)
    for candidate in (plain, plain + "b"):
        if plain and candidate in by_plain:
            return by_plain[candidate]
    return closest(name, USABLE)


def _plain(name: str) -> str:
    spelt_out = name.casefold().replace("plus", "+").replace("compute module", "cm")
    return re.sub(r"raspberry|rpi|pi|model|rev.*|[\s_-]", "", spelt_out)


ModelName = Annotated[
    str, AfterValidator(_check), WithJsonSchema({"type": "string", "enum": list(USABLE)})
]
