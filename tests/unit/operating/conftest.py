"""A pyinfra that prints what it is told, for the verbs that change boards."""

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


class PlayedPyinfra:
    """What each next call prints; after the last one, that again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._prints: list[dict[str, str | int]] = []
        self.script = folder / "pyinfra.py"
        self.script.write_text(
            "import json, os, pathlib, sys\n"
            f"here = pathlib.Path({str(folder)!r})\n"
            "calls = here / 'calls'\n"
            "before = calls.read_text().splitlines() if calls.exists() else []\n"
            "calls.write_text('\\n'.join([*before, json.dumps(sys.argv[1:])]))\n"
            "told = json.loads((here / 'prints').read_text())\n"
            "told = told[min(len(before), len(told) - 1)]\n"
            "if told['notes']:\n"
            "    pathlib.Path(os.environ['PICLUSTER_DIFFERENCES']).write_text(told['notes'])\n"
            "sys.stderr.write(told['log'])\n"
            "sys.stdout.write(told['answer'])\n"
            "sys.exit(told['code'])\n"
        )

    def prints(self, log: str = "", answer: str = "", code: int = 0, notes: str = "") -> None:
        """Adds a call's words, and what its operations note."""
        self._prints.append({"log": log, "answer": answer, "code": code, "notes": notes})
        (self._folder / "prints").write_text(json.dumps(self._prints))

    @property
    def calls(self) -> list[list[str]]:
        """The words of all calls so far."""
        path = self._folder / "calls"
        lines = path.read_text().splitlines() if path.exists() else []
        return [json.loads(line) for line in lines]


@pytest.fixture
def pyinfra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PlayedPyinfra:
    """The played one, on the boards of the example."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("PICLUSTER_CONFIG", str(ROOT / "cluster.example.toml"))
    played = PlayedPyinfra(tmp_path)
    monkeypatch.setattr("picluster.pyinfra_command.PYINFRA", (sys.executable, str(played.script)))
    return played
