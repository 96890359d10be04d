"""Software that Debian does not have: fetched once on the controller, checked, packed once.

Hadoop: Maven gets what a pom lists; each jar is compared with the SHA-256 in a lock. Spark: pip
gets pyspark's sdist, whose SHA-256 is pinned, and a list says what of it is taken. Of either one
archive is made that is the same to the byte wherever it is made. Its SHA-256 is pinned here, so
that a plan knows it without having it.
"""

from picluster.artefacts.archive import HADOOP, SPARK, Archive
from picluster.artefacts.errors import ArtefactError
from picluster.artefacts.obtain import obtain

__all__ = ["HADOOP", "SPARK", "Archive", "ArtefactError", "obtain"]
