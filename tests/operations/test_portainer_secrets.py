"""Portainer's secrets show in no log, no message, no command line and no argument."""

import json
import logging
from pathlib import Path

import pytest

from operations.portainer_found import found
from picluster.portainer import PortainerError
from tests.operations.board import playing
from tests.operations.played_portainer import CARRIER, PlayedPortainer
from tests.operations.portainer_runs import BOARDS, MANAGERS, SECRETS, Runs


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Runs:
    """Four boards in a Swarm, and no Portainer."""
    played = PlayedPortainer(*BOARDS).install(monkeypatch)
    played.form(*MANAGERS)
    return Runs(played, tmp_path)


def test_no_record_and_no_command_line_shows_one(
    runs: Runs, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert "failed" not in runs.deploy()
    runs.played.refuses["create_environment"] = PortainerError("refused", 500)
    runs.played.data[CARRIER].environments.clear()
    assert "failed" in runs.deploy()
    runs.played.refuses.clear()
    runs.played.known.clear()
    assert "failed" not in runs.deploy()
    assert runs.alone("backup") == ({"pi8"}, set())
    assert runs.restore(runs.backups[0]) == ({"pi8"}, set())
    runs.password = "planted-a-wrong-one"  # noqa: S105
    assert "failed" in runs.deploy()
    assert "user admin, password in /secrets/password" in caplog.text, "only its place"
    for record in caplog.records:
        assert "planted" not in record.getMessage()
        assert "planted" not in repr(record.__dict__)
    assert not [sent.line for sent in runs.played.sent if "planted" in sent.line]
    boards = "".join(sent.stdin or "" for sent in runs.played.sent)
    assert SECRETS["agent-secret"] in boards, "the search would find one"
    for name in ("password", "backup-password", "stack-key"):
        assert SECRETS[name] not in boards, "it is no board's business"


def test_arguments_and_commands_show_none(runs: Runs) -> None:
    """pyinfra shows arguments of operations as text and as JSON, and commands as text."""
    assert "failed" not in runs.deploy()
    runs.alone("backup")
    (file,) = runs.backups
    for step, call in runs.steps(always=True).items():
        given = {key: value for key, value in call.keywords.items() if key != "files"}
        assert "planted" not in repr(given), step
        assert "planted" not in json.dumps(given, default=lambda value: value.to_json()), step
    runs.played.data[CARRIER].environments.clear()
    runs.version = "2.46.0"
    announced = 0
    outcomes = {
        step: runs.played.call(*call.args, managers=MANAGERS, **call.keywords)
        for step, call in runs.steps().items()
    }
    outcomes["restore"] = runs.announced(file)
    for step, found_there in outcomes.items():
        commands = [command for outcome in found_there.values() for command in outcome.commands]
        announced += len(commands)
        for command in commands:
            assert "planted" not in repr(command), step
            assert "planted" not in str(command), step
    assert announced == 5


def test_what_is_found_shows_none(runs: Runs) -> None:
    assert "failed" not in runs.deploy()
    hosts = [runs.played.host(name) for name in BOARDS]
    with playing(*hosts):
        assert "planted" not in repr(found(CARRIER, MANAGERS, runs.access))
    assert "planted" not in repr(runs.access)
    assert runs.access.to_json() == {"address": "192.0.2.15", "password_file": "/secrets/password"}
