"""docs/own-project.md: the operations in a project of one's own, on the Swarm of this lab."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from picluster.plan.load import load_config
from picluster.project import known_hosts_file
from tests.conftest import LabUnderTest
from tests.lab import deploying, seen, swarm_seen
from tests.lab.deploying import Run

PAGE = deploying.ROOT / "docs" / "own-project.md"
LABEL = "Label the node"


@pytest.fixture
def project(converged: LabUnderTest, tmp_path: Path) -> Iterator[Path]:
    """The page's files with the lab's boards in place of its own; their labels go afterwards."""
    _, data, deploy = re.findall(r"(?ms)^```python\n(.*?)^```", PAGE.read_text())
    config = load_config(converged.lab.cluster_toml)
    boards = [
        (
            node.name,
            {
                "ssh_hostname": str(node.address),
                "ssh_key": str(config.ssh.key_path),
                "ssh_known_hosts_file": str(known_hosts_file()),
                "address": str(node.address),
            },
        )
        for node in config.nodes
    ]
    wished = data.replace('["alpha", "beta", "gamma"]', repr([name for name, _ in boards]))
    assert wished != data
    (tmp_path / "group_data").mkdir()
    (tmp_path / "group_data" / "all.py").write_text(wished)
    (tmp_path / "inventory.py").write_text(f"boards = {boards!r}\n")
    (tmp_path / "deploy.py").write_text(deploy)
    yield tmp_path
    for name in converged.boards:
        for key in swarm_seen.labels(converged.boards, name):
            if key.startswith("shop."):
                _label(converged, name, f"--label-rm {key}")


def _run(project: Path, *arguments: str) -> Run:
    """pyinfra in that folder, with this project where Python looks for modules."""
    modules = {"PYTHONPATH": str(deploying.ROOT)}
    return deploying.run(modules, *arguments, deploy="deploy.py", folder=project)


def _label(under_test: LabUnderTest, name: str, change: str) -> None:
    node = swarm_seen.node_id(under_test.boards, name)
    seen.shell(swarm_seen.manager(under_test.boards), f"docker node update {change} {node}")


def test_it_labels_and_leaves_alone(converged: LabUnderTest, project: Path) -> None:
    boards = converged.boards
    before = {name: swarm_seen.labels(boards, name) for name in boards}
    wished = {LABEL: frozenset(boards)}
    dry = _run(project, "--dry")
    assert (dry.code, dry.announced) == (0, wished), dry.log
    run = _run(project, "-y")
    assert (run.code, run.executed) == (0, wished), run.log
    found = {name: swarm_seen.labels(boards, name) for name in boards}
    assert {labels.pop("shop.model") for labels in found.values()} == {"4B", "3B+"}
    assert all(labels.pop("shop.arch") for labels in found.values())
    assert found == before
    again = _run(project, "-y")
    assert (again.code, again.changes, again.errors) == (0, 0, 0), again.log


def test_a_label_that_was_changed_is_put_back(converged: LabUnderTest, project: Path) -> None:
    assert _run(project, "-y").code == 0
    before = swarm_seen.labels(converged.boards, "pi1a")
    _label(converged, "pi1a", "--label-add shop.model=other --label-add shop.old=1")
    dry = _run(project, "--dry", "--limit", "pi1a")
    assert dry.announced == {LABEL: frozenset({"pi1a"})}, dry.log
    run = _run(project, "-y")
    assert run.executed == {LABEL: frozenset({"pi1a"})}, run.log
    assert swarm_seen.labels(converged.boards, "pi1a") == before
