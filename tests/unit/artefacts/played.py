"""Small archives, and a Maven and a pip that copy what they are made of and note each call."""

import hashlib
import io
import json
import os
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from picluster.artefacts import Archive, archive, sdist
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


TREE = """
[take]
"deps/jars/" = "jars/"
"deps/bin/" = "bin/"
"pyspark/shell.py" = "python/pyspark/shell.py"
[[drop]]
why = "not needed"
files = ["pyspark/*", "deps/jars/rocks-*.jar"]
except = ["pyspark/shell.py"]
"""
SDIST = {
    "pyspark/__init__.py": b"",
    "pyspark/shell.py": b"shell",
    "deps/bin/spark-submit": b"#!/bin/sh",
    "deps/jars/demo-1.jar": b"demo",
    "deps/jars/rocks-1.jar": b"rocks",
}


def packed(files: dict[str, bytes]) -> bytes:
    """An sdist with these files; those in bin/ can be run."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as made:
        folder = tarfile.TarInfo("pyspark-9.9")
        folder.type = tarfile.DIRTYPE
        made.addfile(folder)
        for name, content in files.items():
            entry = tarfile.TarInfo(f"pyspark-9.9/{name}")
            entry.size, entry.mode = len(content), 0o755 if "/bin/" in name else 0o644
            made.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


class Pip:
    """A Python whose pip gets one sdist, its calls, and the recipe of the archive made of it."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.recipes, self.log, self.tools = (
            folder / "pips",
            folder / "pip-calls",
            folder / "python",
        )
        self.sdist = folder / "pyspark-9.9.tar.gz"
        recipe = self.recipes / "spark/9.9"
        recipe.mkdir(parents=True)
        self.tree_list = self.recipes / "spark/tree.toml"
        self.tree_list.write_text(TREE)
        self.sdist.write_bytes(packed(SDIST))
        (recipe / "requirements.txt").write_text("pyspark==9.9 --hash=sha256:ab\n")
        patch.setattr(archive, "FOLDER", self.recipes)
        blank = Archive("spark", "9.9", "0" * 64, 0)
        data = b"".join(tar(sdist.contents(blank, self.sdist)))
        self.archive = Archive("spark", "9.9", hashlib.sha256(data).hexdigest(), len(data))
        self.does()
        patch.setattr(sys, "executable", str(self.tools / "python"))

    def does(self, script: str = "") -> None:
        """What it does before it saves the sdist."""
        save = f'for word; do to=$word; done\n{script}\ncp {self.sdist} "$to"'
        tool(self.tools, "python", f'echo "$TMPDIR $*" >>{self.log}\n{save}')

    @property
    def calls(self) -> list[str]:
        """Its folder for passing files, and its arguments, of each call."""
        return self.log.read_text().splitlines() if self.log.exists() else []
