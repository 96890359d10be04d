"""Artefacts through Maven, with the settings that this computer has for it."""

import re
import subprocess
from pathlib import Path

from picluster.artefacts.errors import ArtefactError

_COORDINATES = r"[A-Za-z0-9_.-]+(?::[A-Za-z0-9_.-]+){3,4}"
_COPY = ["mvn", "-B", "-q", "dependency:copy-dependencies", "-DincludeScope=runtime"]


def copy_jars(pom: Path, folder: Path) -> None:
    """Puts the jars that a pom lists into a folder; asks the network for what is not here yet.

    Raises ArtefactError.
    """
    try:
        done = subprocess.run(
            [*_COPY, "-f", str(pom), f"-DoutputDirectory={folder.absolute()}"],
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
        )
    except FileNotFoundError:
        raise ArtefactError(
            "mvn is not installed on this computer, which fetches Hadoop with it: "
            "sudo apt-get install maven"
        ) from None
    except OSError as error:
        raise ArtefactError(f"mvn cannot be run: {error.strerror}") from None
    if done.returncode != 0:
        raise ArtefactError(_reason(done.stdout + done.stderr))


def _reason(output: str) -> str:
    """What to do about a failure, from Maven's words."""
    # Colours come in spite of all; addresses may hold somebody's password.
    plain = re.sub(r"\x1b\[[0-9;]*m|\[ERROR\] ?| *\(?https?://[^\s)]*\)?", "", output)
    lines = [line.strip() for line in plain.splitlines() if line.strip()] or ["it gave no reason"]
    if "No space left on device" in plain:
        return "Maven found no space left on this computer's disk; free some, and run again"
    if "JAVA_HOME" in plain:
        return f"Maven finds no Java: sudo apt-get install default-jre-headless ({lines[0]})"
    if missing := re.findall(f"Could not find artifact ({_COORDINATES})", plain):
        names = ", ".join(dict.fromkeys(missing))
        return (
            f"{names}: not in the registry that Maven asks. If yours is a mirror, it may lack "
            "it; otherwise this project's pom names what was never published"
        )
    if "Could not transfer" in plain or "No plugin found" in plain or "offline mode" in plain:
        return (
            "Maven cannot fetch: is this computer on the network, and does Maven need a proxy or "
            "a mirror in ~/.m2/settings.xml? What was fetched is kept; run again. Maven said: "
            f"{lines[0][-400:]}"
        )
    return f"Maven failed: {lines[0]}"
