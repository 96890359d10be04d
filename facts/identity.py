"""Which Raspberry Pi a machine is, from what its device tree and /proc/cpuinfo say."""

import re
from dataclasses import dataclass

from picluster.plan.boards import MODELS, Model, model_of_type
from picluster.plan.revision import Revision, RevisionError, decode_revision, memory_class_mb

_MIB_PER_GBIT = 128


@dataclass(frozen=True, slots=True)
class Identity:
    """A machine as far as it is known; everything is None on one that is no Pi."""

    is_pi: bool
    revision: str | None = None
    model: Model | None = None
    title: str | None = None
    memory_mb: int | None = None


def identify(
    *,
    codes: list[str],
    texts: list[str],
    compatible: str,
    sdram_gbit: int | None,
    memory_total_kb: int,
) -> Identity:
    """The board that these values name.

    + codes: revision codes, the most trustworthy first; one that cannot be decoded is passed over
      (an emulated board shows 0000)
    + texts: names such as `Raspberry Pi 4 Model B Rev 1.5`, the most trustworthy first
    + compatible: words of the device tree's root, empty where there is no device tree
    + sdram_gbit: rpi-sdram-size-gbit in Gbit, which alone tells the size of a board with memory
      code 7 ("other")
    + memory_total_kb: MemTotal in kB, the last resort for the memory
    """
    revision = _first_decodable(codes)
    text = next((text for text in texts if text.startswith("Raspberry Pi")), None)
    # Old-style codes are small numbers, which a foreign board can show as well.
    foreign = bool(compatible) and "raspberrypi," not in compatible
    if foreign or (revision is None and text is None and not compatible):
        return Identity(is_pi=False)

    memory_mb = revision.memory_mb if revision else None
    if memory_mb is None and sdram_gbit:
        memory_mb = sdram_gbit * _MIB_PER_GBIT
    if memory_mb is None:
        memory_mb = memory_class_mb(memory_total_kb)

    named = model_of_text(text or "")
    model = _model(revision, named, memory_mb) if revision else named
    return Identity(
        is_pi=True,
        revision=revision.code if revision else None,
        model=model,
        title=_title(model, revision, text),
        memory_mb=memory_mb,
    )


def model_of_text(text: str) -> Model | None:
    """The model named by a device tree's text, with or without ` Rev 1.5` at its end.

    The longest fitting title wins; `Plus` and `+` are the same.
    """
    name = text.replace(" Plus", "+") + " "
    titles = {model.title.replace(" Plus", "+"): model for model in MODELS.values()}
    fitting = [title for title in titles if name.startswith(f"{title} ")]
    return titles[max(fitting, key=len)] if fitting else None


def _first_decodable(codes: list[str]) -> Revision | None:
    for code in codes:
        try:
            return decode_revision(code)
        except RevisionError:
            continue
    return None


def _model(revision: Revision, named: Model | None, memory_mb: int) -> Model | None:
    """The revision's model; the 500 and the 500+ share a code, so memory or text decide there."""
    if revision.model is None or revision.old_style:
        return revision.model
    model = model_of_type(revision.model.type_code, memory_mb)
    if model and named and memory_mb not in model.memory_mb and named.type_code == model.type_code:
        return named
    return model


def _title(model: Model | None, revision: Revision | None, text: str | None) -> str:
    if model:
        return model.title
    if text:
        return re.sub(r" Rev [0-9.]+$", "", text)
    return f"Raspberry Pi, {revision.model_name}" if revision else "Raspberry Pi"
