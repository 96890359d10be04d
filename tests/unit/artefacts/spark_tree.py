"""What has to be true of an archive of Spark."""

import io
import re
import tarfile
import zipfile
from pathlib import Path

from tests.unit.artefacts.natives import natives, only_for_x86

X86_ALONE = ["jars/jline-2.14.6.jar: libjansi.so"]
"""spark-sql reads lines with it, which loads this library on Windows alone."""


def natives_run_on_a_pi(tree: Path) -> None:
    """Each native library for x86 has one for aarch64 beside it."""
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


def all_is_at_its_place(tree: Path) -> None:
    """Commands, Python's part and the examples."""
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
