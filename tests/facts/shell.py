"""Runs the facts' commands in a shell of this machine, on files of a test's own."""

import base64
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.facts import apart

HOSTILE = [
    "a; id",
    "a b",
    "it's",
    'say "hi"',
    "two\nlines",
    "$(touch owned)",
    "`id`",
    "back\\slash",
    "-rf",
    "*",
    "ümlaut",
    "end\n",
    "a: b",
    "%s%n",
    "{brace}",
]
"""Values that a careless command would run, split or read as an option."""

_ROOTED = re.compile(r"(?<![\w.}/])/(boot|proc|sys|etc|run|usr|lib|var)/")


def on_root(command: str, root: Path) -> str:
    """The same command, reading the files below `root` in place of the machine's."""
    return _ROOTED.sub(rf"{root}/\1/", command)


def run(command: str, *, tools: Path | None = None, unprivileged: bool = False) -> list[str]:
    """Lines that `sh` prints for a command, in the way pyinfra passes them on.

    + tools: a folder of programs that come before the machine's own
    + unprivileged: as the user nobody where this runs as root
    """
    argv = ["sh", "-c", command]
    if unprivileged and os.geteuid() == 0:
        argv = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *argv]
    path = os.environ["PATH"]
    done = apart.run(
        argv,
        check=False,
        capture_output=True,
        env={"PATH": f"{tools}:{path}" if tools else path},
        timeout=60,
    )
    assert done.returncode == 0, done
    return done.stdout.decode("ascii").split("\n")[:-1]


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    """Puts files with these paths and contents below `root`."""
    for name, content in files.items():
        path = root / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def tool(folder: Path, name: str, script: str) -> Path:
    """A program of this name, made of shell lines."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)
    return folder


def shows(secret: str, output: str) -> bool:
    """Whether an output holds it, plain or in the base64 of a file that it is part of."""
    blobs = re.findall(r"[A-Za-z0-9+/]{8,}={0,2}", output)
    decoded = [base64.b64decode(blob[: len(blob) // 4 * 4]) for blob in blobs]
    return any(secret.encode() in part for part in [output.encode(), *decoded])


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that every user reaches, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
