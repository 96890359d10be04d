"""The real trees of Spark: what is in them runs on a Pi, and what they are made of is pinned."""

import io
import re
import tarfile
import zipfile
from pathlib import Path

import pytest

from picluster.artefacts import SPARK
from picluster.artefacts.archive import recipe
from picluster.plan.spark_versions import VERSIONS
from tests.unit.artefacts.natives import natives, only_for_x86

STORE = Path(__file__).parents[3] / ".picluster/artefacts"
X86_ALONE = ["jars/jline-2.14.6.jar: libjansi.so"]
"""spark-sql reads lines with it, which loads this library on Windows alone."""


@pytest.fixture(scope="module", params=SPARK)
def tree(request: pytest.FixtureRequest) -> Path:
    """An archive that was fetched before; 450 MB are too much for a test to get."""
    file = STORE / SPARK[request.param].file_name
    if not file.exists():
        pytest.skip(f"{file} is not here: picluster fetch")
    return file


def test_all_versions_are_pinned() -> None:
    assert tuple(SPARK) == VERSIONS
    for version, archive in SPARK.items():
        assert (archive.name, archive.version) == ("spark", version)
        assert 250e6 < archive.size < 300e6
        assert archive.size % 512 == 0
        line = (recipe("spark", version) / "requirements.txt").read_text()
        assert re.fullmatch(f"pyspark=={re.escape(version)} --hash=sha256:[0-9a-f]{{64}}\n", line)


def test_the_natives_run_on_a_pi(tree: Path) -> None:
    found = []
    with tarfile.open(tree, "r|") as archive:
        for member in archive:
            if member.name.endswith(".jar"):
                content = archive.extractfile(member)
                assert content is not None
                found += natives(member.name, content.read())
    assert only_for_x86(found) == X86_ALONE
    names = {library.split(": ")[1] for library, machine in found if machine == "aarch64"}
    assert {re.sub(r"-[0-9].*", "", name.removesuffix(".so")) for name in names} == {
        "libcommons-crypto",
        "liblz4-java",
        "libnetlibarpackjni",
        "libnetlibblasjni",
        "libnetliblapackjni",
        "libnetty_tcnative",
        "libnetty_transport_native_epoll",
        "libsnappyjava",
        "libzstd-jni",
    }


def test_commands_python_and_examples_are_at_their_places(tree: Path) -> None:
    with tarfile.open(tree) as archive:
        modes = {member.name: member.mode for member in archive}
        python = archive.extractfile("python/lib/pyspark.zip")
        assert python is not None
        with zipfile.ZipFile(io.BytesIO(python.read())) as package:
            assert "pyspark/__init__.py" in package.namelist()
    assert {name.split("/")[0] for name in modes} == {
        "LICENSE", "NOTICE", "VERSION", "bin", "examples", "jars", "python",
    }  # fmt: skip
    assert {name for name in modes if name.startswith("bin/")} == {
        "bin/find-spark-home", "bin/load-spark-env.sh", "bin/pyspark", "bin/spark-class",
        "bin/spark-sql", "bin/spark-submit",
    }  # fmt: skip
    assert {name for name, mode in modes.items() if mode == 0o755} >= {
        "bin/pyspark", "bin/spark-class", "bin/spark-sql", "bin/spark-submit",
    }  # fmt: skip
    assert "examples/pi.py" in modes
    assert "python/pyspark/shell.py" in modes
