"""The table of models."""

import re

import pytest

from picluster.plan.boards import MODELS, Model, model_of_type

EVERY_MODEL = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


def test_groups_are_unique() -> None:
    groups = [model.group for model in MODELS.values()]
    assert len(groups) == len(set(groups))


@EVERY_MODEL
def test_groups_can_be_python_files(model: Model) -> None:
    assert re.fullmatch(r"pi_[a-z0-9_]+", model.group)


@EVERY_MODEL
def test_the_type_code_leads_back_to_the_model(model: Model) -> None:
    for memory_mb in model.memory_mb:
        assert model_of_type(model.type_code, memory_mb) is model


@EVERY_MODEL
def test_power_rises_from_idle_to_load_to_supply(model: Model) -> None:
    known = [watts for watts in (model.idle_w, model.load_w, model.supply_w) if watts is not None]
    assert known == sorted(known)


def test_the_3b_plus() -> None:
    model = MODELS["3B+"]
    assert (model.soc, model.cores, model.clock_mhz) == ("BCM2837", 4, 1400)
    assert (model.network, model.memory_mb, model.bits64) == ("gigabit-usb2", (1024,), True)
    assert (model.soft_limit_c, model.throttle_c, model.temp_limit_c) == (60, 80, 85)


def test_only_the_3_plus_boards_have_a_soft_limit() -> None:
    assert {m.name for m in MODELS.values() if m.soft_limit_c is not None} == {"3B+", "3A+"}


def test_unknown_type_is_no_model() -> None:
    assert model_of_type(0x1C, 8192) is None
