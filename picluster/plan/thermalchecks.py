"""Checks across the keys of [thermal]: heat never gives a board more to do."""

from collections.abc import Iterator
from itertools import pairwise

from picluster.plan.boards import MODELS, Model
from picluster.plan.draft import Draft
from picluster.plan.problems import Finding, quote
from picluster.plan.thermal import HEATED, HeatedBand, default_begin


def thermal_checks(draft: Draft) -> Iterator[Finding]:
    """All findings of these checks; a value that is wrong by itself is compared with nothing."""
    for before, band in pairwise(HEATED):
        yield from _begins(draft, before, band)
        yield from _shares(draft, before, band)
        if (_availability(draft, before), _availability(draft, band)) == ("pause", "active"):
            text = f'{before} pauses already; write "pause", or "active" in [thermal.{before}]'
            yield Finding(("thermal", band, "availability"), text)


def _shares(draft: Draft, before: HeatedBand, band: HeatedBand) -> Iterator[Finding]:
    for key in ("yarn_memory_percent", "yarn_cores_percent"):
        share, cooler = draft.thermal[band].get(key), draft.thermal[before].get(key)
        if share is not None and cooler is not None and share > cooler:
            yield Finding(
                ("thermal", band, key),
                f"{share} is more than the {cooler} of {before}, and heat must not give a board "
                f"more; write {cooler} or less, or at least {share} in [thermal.{before}]",
            )


def _availability(draft: Draft, band: HeatedBand) -> object:
    return draft.thermal[band].get("availability")


def _begins(draft: Draft, before: HeatedBand, band: HeatedBand) -> Iterator[Finding]:
    """Each band begins above the one before it, on every declared model."""
    # One finding is enough: models have few defaults, and one number mends the most of them.
    names = dict.fromkeys(node.model for node in draft.nodes if node.model is not None)
    for model in (MODELS[name] for name in names):
        lower, upper = _begin(draft, before, model), _begin(draft, band, model)
        if lower is not None and upper is not None and upper <= lower:
            # Blamed is a key that stands in the file, not the other's default.
            written = draft.thermal[band].get("from_c") is not None
            blamed, other = (band, before) if written else (before, band)
            wanted = f"more than {lower}" if written else f"less than {upper}"
            yield Finding(
                ("thermal", blamed, "from_c"),
                f"on a {quote(model.name)} {band} must begin above {before}, but {before} begins "
                f"at {lower} °C and {band} at {upper} °C; write {wanted}, or change "
                f"[thermal.{other}]",
            )
            return


def _begin(draft: Draft, band: HeatedBand, model: Model) -> int | None:
    """Where a band begins on a model; None where the value in the file is wrong by itself."""
    values = draft.thermal[band]
    if "from_c" not in values:
        return None
    declared = values["from_c"]
    return default_begin(model, band) if declared is None else int(declared)
