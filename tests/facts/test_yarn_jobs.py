"""The jobs fact's command on a played ResourceManager."""

from pathlib import Path
from typing import Any

import pytest
from pyinfra.api.exceptions import FactProcessError

from facts.yarn_jobs import YarnJobs
from tests.facts.shell import run, tool

PAGE = '{"apps":{"app":[{"id":"application_1_0001","name":"n","user":"pi","state":"ACCEPTED"}]}}'


def _tools(root: Path, active: str, curl: str) -> Path:
    tool(root, "systemctl", f"echo {active}")
    return tool(root, "curl", curl)


def test_jobs(tmp_path: Path) -> None:
    fact = YarnJobs()
    command = fact.command(address="192.0.2.8")
    curl = f"printf '%s\\n' \"$@\" >{tmp_path}/asked; echo '{PAGE}'"
    found = fact.process(run(command, tools=_tools(tmp_path, "active", curl)))
    job = {"id": "application_1_0001", "name": "n", "user": "pi", "state": "ACCEPTED"}
    assert found == {"active": True, "jobs": [job]}
    url = (tmp_path / "asked").read_text().split()[-1]
    assert url.startswith("http://192.0.2.8:8088/ws/v1/cluster/apps?states=NEW,")


def test_a_stopped_one_is_not_asked(tmp_path: Path) -> None:
    fact = YarnJobs()
    command = fact.command(address="192.0.2.8")
    tools = _tools(tmp_path, "inactive", f"touch {tmp_path}/asked")
    assert fact.process(run(command, tools=tools)) == {"active": False, "jobs": None}
    assert not (tmp_path / "asked").exists()


@pytest.mark.parametrize(
    "arguments",
    [{"address": "pi8"}, {"address": "192.0.2.8; id"}, {"address": "192.0.2.8", "port": 0}],
    ids=str,
)
def test_wrong_arguments_are_refused(arguments: dict[str, Any]) -> None:
    fact = YarnJobs()
    with pytest.raises(FactProcessError, match="is no "):
        fact.process(run(fact.command(**arguments)))
