"""pyinfra's own command, run by ours: played by a script that tells how it was called."""

import json
import sys
from pathlib import Path

import pytest

from picluster import pyinfra_command

SCRIPT = """import json, os, sys
print("first", file=sys.stderr)
print("x" * 200_000, file=sys.stderr)
known = {name: os.environ.get(name) for name in ("PICLUSTER_X", "PYINFRA_PROGRESS")}
print(json.dumps([os.getcwd(), sys.argv[1:], known, sys.stdin.read(), os.getsid(0) == os.getpid()]))
sys.exit(3)
"""


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "pyinfra.py"
    path.write_text(SCRIPT)
    monkeypatch.setattr(pyinfra_command, "PYINFRA", (sys.executable, str(path)))
    return path


def test_how_it_is_called_and_what_it_says(script: Path) -> None:
    lines: list[str] = []
    ran = pyinfra_command.run(script.parent, ["--dry", "x"], lines.append, {"PICLUSTER_X": "1"})
    assert ran.code == 3
    assert [len(line) for line in lines] == [6, 200_001], "a long log fills no pipe"
    folder, words, variables, typed, is_alone = json.loads(ran.answer)
    assert Path(folder) == script.parent
    assert words == ["inventory.py", "--dry", "x"]
    assert variables == {"PICLUSTER_X": "1", "PYINFRA_PROGRESS": "off"}
    assert typed == ""
    assert is_alone, "Ctrl-C is for this program, which ends it"


def test_it_ends_with_whoever_listens(script: Path) -> None:
    script.write_text(
        "import sys, threading\nprint('on', file=sys.stderr, flush=True)\n"
        "threading.Event().wait()\n"
    )

    def leave(_line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pyinfra_command.run(script.parent, [], leave)
