"""Packages through pip, with the settings that this computer has for it."""

import os
import re
import subprocess
import sys
from pathlib import Path

from picluster.artefacts.errors import ArtefactError

# An sdist's metadata is made by its setup.py, with the setuptools that this project pins. A
# package index such as a Pi's own may offer a wheel, which is another file than the pinned one.
_DOWNLOAD = [
    *("-m", "pip", "download", "--disable-pip-version-check", "--no-input", "--progress-bar"),
    *("off", "--no-deps", "--no-binary", ":all:", "--no-build-isolation", "--require-hashes"),
]


def download(requirements: Path, folder: Path) -> Path:
    """Gets the one package that is pinned there with its sum, and returns its file in the folder.

    pip compares the sum before it runs anything of it. Raises ArtefactError.
    """
    argv = [sys.executable, *_DOWNLOAD, "-r", str(requirements), "-d", str(folder / "got")]
    (folder / "got").mkdir()
    try:
        done = subprocess.run(
            argv,
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            # /tmp may be made of memory, and pip unpacks there.
            env=os.environ | {"TMPDIR": str(folder.absolute())},
        )
    except OSError as error:
        raise ArtefactError(f"{sys.executable} cannot be run: {error.strerror}") from None
    if done.returncode != 0:
        raise ArtefactError(_reason(done.stdout + done.stderr))
    (file,) = (folder / "got").iterdir()
    return file


def _reason(output: str) -> str:
    """What to do about a failure, from pip's words."""
    # Addresses may hold somebody's password, and names of somebody's network.
    plain = re.sub(r"\x1b\[[0-9;]*m|\(?\b(?:https?|file)://\S+|host='[^']*'", "", output)
    if "No module named pip" in plain:
        return (
            f"{sys.executable} has no pip, which fetches Spark: {sys.executable} -m ensurepip "
            "installs it"
        )
    if "No space left on device" in plain:
        return "pip found no space left on this computer's disk; free some, and run again"
    if "DO NOT MATCH THE HASHES" in plain:
        return (
            "what pip got has another SHA-256 than the pinned one, so it was changed since it was "
            "published, or damaged on its way or in pip's cache. Nothing of it was used. Run "
            f"again after: {sys.executable} -m pip cache purge"
        )
    if re.search("invalid command 'bdist_wheel'|setuptools.build_meta|named 'setuptools'", plain):
        return (
            "the setuptools of this project's Python are missing or not those that it pins: "
            f"{sys.executable} -m pip install -r requirements.lock, and run again"
        )
    if re.search("Retrying|Connection|ProxyError|timed out|SSLError|HTTP error", plain):
        return (
            "pip cannot fetch: is this computer on the network, and does pip need a proxy or a "
            "mirror (pip config list shows what is set)? Run again then"
        )
    if missing := re.findall(r"No matching distribution found for (\S+)", plain):
        return (
            f"{missing[0]}: not in the index that pip asks. If yours is a mirror, it may lack it "
            "(pip config list shows what is set)"
        )
    errors = re.findall(r"^ *ERROR: (.+)$", plain, re.MULTILINE) or plain.split("\n")
    told = [line.strip() for line in errors if line.strip()] or ["it gave no reason"]
    return f"pip failed: {told[-1][-400:]}"
