"""Pins what the registries give now.

    python -m picluster.artefacts.pin hadoop 3.5.0
    python -m picluster.artefacts.pin spark 4.3.0

For whoever changes a recipe; docs/artefacts.md says what to look at before and after. Hadoop's
lock is written anew; the sum in Spark's requirements.txt is written by hand, from where the
package is published.
"""

import json
import sys
import tempfile
from pathlib import Path

from picluster.artefacts.archive import Archive, recipe
from picluster.artefacts.build import build
from picluster.artefacts.lock import LOCK, write_lock
from picluster.artefacts.maven import copy_jars


def pin(name: str, version: str) -> Archive:
    """Writes the archive's sum into the recipe's folder, and before it Hadoop's lock.

    Raises ArtefactError.
    """
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".pin-") as folder:
        if name == "hadoop":
            copy_jars(recipe(name) / "pom.xml", Path(folder) / "jars")
            write_lock(recipe(name) / LOCK, Path(folder) / "jars")
        file = Path(folder) / "archive"
        found = build(Archive(name, version, "0" * 64, 0), file, print)
        archive = Archive(name, version, found, file.stat().st_size)
    text = json.dumps(archive.to_json(), indent=2) + "\n"
    place = recipe(name) if name == "hadoop" else recipe(name, version)
    (place / "archive.json").write_text(text, encoding="utf-8")
    return archive


if __name__ == "__main__":
    print(pin(*sys.argv[1:]))
