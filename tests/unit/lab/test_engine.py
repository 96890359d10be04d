"""What the lab says where there is no Docker engine."""

import shutil
from pathlib import Path

import pytest

from picluster.lab import engine


@pytest.fixture(autouse=True)
def no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An address where nothing listens."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")


def connect(*, may_start: bool) -> str:
    """The refusal."""
    with pytest.raises(engine.EngineMissingError) as error:
        engine.connect(lambda message: None, may_start=may_start)
    return str(error.value)


def test_asking_about_the_lab_starts_nothing() -> None:
    assert connect(may_start=False).endswith("so there is no lab; start one: picluster lab up")


def test_an_engine_elsewhere_is_not_ours_to_start() -> None:
    assert "No Docker engine answers at DOCKER_HOST=unix://" in connect(may_start=True)


def test_an_ordinary_user_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCKER_HOST")
    monkeypatch.setattr(engine, "_reachable", lambda: None)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert "sudo usermod -aG docker $USER" in connect(may_start=True)


def test_a_system_that_is_not_debian(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCKER_HOST")
    monkeypatch.setattr(engine, "_reachable", lambda: None)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert "this is not Debian" in connect(may_start=True)
