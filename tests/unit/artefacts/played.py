"""A small archive of two jars, and a Maven that copies them from a folder and notes each call."""

import hashlib
import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from picluster.artefacts import Archive, archive
from picluster.artefacts.contents import contents
from picluster.artefacts.tar import tar
from tests.facts.shell import tool


def jar(files: dict[str, bytes]) -> bytes:
    """A jar with these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    return buffer.getvalue()


class Maven:
    """Maven's local repository, its calls, and the recipe of an archive that it serves."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.jars = {
            "demo-1.jar": jar({"Demo.class": b"demo"}),
            "hadoop-hdfs-9.9-tests.jar": jar({"webapps/x.html": b"<p>", "T.class": b"test"}),
            "hadoop-mapreduce-examples-9.8.jar": jar({"Pi.class": b"pi"}),
        }
        self.repository, self.recipes = folder / "repository", folder / "recipes"
        self.tools, self.log = folder / "tools", folder / "calls"
        self.repository.mkdir()
        (self.recipes / "hadoop").mkdir(parents=True)
        for name, content in self.jars.items():
            (self.repository / name).write_bytes(content)
        lines = [f"{hashlib.sha256(c).hexdigest()}  {name}\n" for name, c in self.jars.items()]
        self.lock = self.recipes / "hadoop/jars.sha256"
        self.lock.write_text("".join(lines))
        self.archive = self._pin()
        self.does()
        patch.setattr(archive, "FOLDER", self.recipes)
        patch.setenv("PATH", f"{self.tools}:{os.environ['PATH']}")

    def _pin(self) -> Archive:
        blank = Archive("hadoop", "9.9", "0" * 64, 0)
        data = b"".join(tar(contents(blank, self.jars)))
        pinned = Archive("hadoop", "9.9", hashlib.sha256(data).hexdigest(), len(data))
        (self.recipes / "hadoop/archive.json").write_text(json.dumps(pinned.to_json()))
        return pinned

    def does(self, script: str = "") -> None:
        """What it does before it copies."""
        copy = f'for word; do case "$word" in -DoutputDirectory=*) to=${{word#*=}} ;; esac; done\n{script}\nmkdir -p "$to" && cp {self.repository}/* "$to"'  # noqa: E501
        tool(self.tools, "mvn", f'echo "$*" >>{self.log}\n{copy}')

    @property
    def calls(self) -> int:
        """How often it ran."""
        return len(self.log.read_text().splitlines()) if self.log.exists() else 0
