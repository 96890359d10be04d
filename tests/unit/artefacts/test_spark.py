"""Which versions of Spark there are. tests/lab/test_artefacts.py looks into their archives."""

import re

from picluster.artefacts import SPARK
from picluster.artefacts.archive import recipe
from picluster.plan.spark_versions import VERSIONS


def test_all_versions_are_pinned() -> None:
    assert tuple(SPARK) == VERSIONS
    for version, archive in SPARK.items():
        assert (archive.name, archive.version) == ("spark", version)
        assert 250e6 < archive.size < 300e6
        assert archive.size % 512 == 0
        line = (recipe("spark", version) / "requirements.txt").read_text()
        assert re.fullmatch(f"pyspark=={re.escape(version)} --hash=sha256:[0-9a-f]{{64}}\n", line)
