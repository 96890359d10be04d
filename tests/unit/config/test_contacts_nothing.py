"""A file is judged without asking the network anything."""

import contextlib
import socket
from pathlib import Path
from typing import NoReturn

import pytest

from picluster.plan.load import load_config
from picluster.plan.problems import ConfigError

FILES = sorted(Path(__file__).parent.glob("*/*.toml"))


def refuse(*_args: object, **_kwargs: object) -> NoReturn:
    pytest.fail("the network was asked")


def test_no_file_opens_a_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for file in FILES:
        with contextlib.suppress(ConfigError):
            load_config(file)
