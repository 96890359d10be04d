"""The real list of Hadoop's jars, and what is in the tree that is made of it."""

import io
import re
import shutil
import struct
import tarfile
import zipfile
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

import pytest

from picluster.artefacts import HADOOP, obtain
from picluster.artefacts.archive import recipe
from picluster.artefacts.lock import LOCK, read_lock
from tests.unit.artefacts.natives import natives, only_for_x86
from tests.unit.artefacts.played import jar

POM = "{http://maven.apache.org/POM/4.0.0}"
STORE = Path(__file__).parents[3] / ".picluster/artefacts"


@pytest.fixture(scope="module")
def tree() -> dict[str, bytes]:
    """The archive's files; made here as any user makes it."""
    if not (STORE / HADOOP.file_name).exists() and shutil.which("mvn") is None:
        pytest.skip("neither the archive nor mvn is here: sudo apt-get install maven")
    with tarfile.open(obtain(HADOOP, STORE, print)) as archive:
        files = {m.name: archive.extractfile(m) for m in archive}
        return {name: file.read() for name, file in files.items() if file is not None}


def test_each_artefact_comes_alone_and_once() -> None:
    # Our own file, and no foreign one.
    dependencies = list(
        ElementTree.parse(recipe("hadoop") / "pom.xml").iter(f"{POM}dependency")  # noqa: S314
    )
    names = set()
    for dependency in dependencies:
        group, artefact, version = (
            dependency.findtext(f"{POM}{key}") for key in ("groupId", "artifactId", "version")
        )
        left_out = dependency.find(f"{POM}exclusions/{POM}exclusion")
        assert left_out is not None, artefact
        assert [child.text for child in left_out] == ["*", "*"], artefact
        assert re.fullmatch(r"[0-9][A-Za-z0-9.-]*", version or ""), (artefact, version)
        classifier = dependency.findtext(f"{POM}classifier")
        names.add("-".join(filter(None, [artefact, version, classifier])) + ".jar")
        assert (group, artefact) != ("org.fusesource.leveldbjni", "leveldbjni-all")
    assert names == set(read_lock(recipe("hadoop") / LOCK))
    assert len(names) == len(dependencies)


def test_the_natives_run_on_a_pi(tree: dict[str, bytes]) -> None:
    found = [
        n for path, content in tree.items() if path.endswith(".jar") for n in natives(path, content)
    ]
    assert only_for_x86(found) == []
    assert {library for library, machine in found if machine == "aarch64"} == {
        "lib/leveldbjni-all-1.8.jar: libleveldbjni.so",
        "lib/netty-transport-native-epoll-4.1.130.Final.jar: libnetty_transport_native_epoll.so",
        "lib/snappy-java-1.1.10.4.jar: libsnappyjava.so",
    }


def _elf(machine: int) -> bytes:
    return b"\x7fELF\x02\x01" + bytes(12) + struct.pack("<H", machine)


def test_a_jar_for_x86_alone_is_seen() -> None:
    both = jar({"a/libx.so": _elf(62), "b/libx.so": _elf(183)})
    alone = jar({"linux64/liby.so": _elf(62), "linux32/liby.so": _elf(3)})
    assert only_for_x86([*natives("lib/x.jar", both), *natives("lib/y.jar", alone)]) == [
        "lib/y.jar: liby.so"
    ]


def test_no_class_is_there_twice_but_hadoops_own(tree: dict[str, bytes]) -> None:
    """`lib/*` is searched in the order of the disk: which of two comes first is a gamble."""
    jars = defaultdict(list)
    for path, content in tree.items():
        if path.startswith("lib/"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for name in archive.namelist():
                    if re.search(r"(?<!module-info)\.class$", name) and "META-INF" not in name:
                        jars[name].append(path)
    twice = {tuple(those) for those in jars.values() if len(those) > 1}
    assert [those for those in twice if not all(p.startswith("lib/hadoop-") for p in those)] == []


def test_pages_and_examples_are_not_in_lib(tree: dict[str, bytes]) -> None:
    assert not [p for p in tree if p.startswith("lib/") and re.search("-tests|examples", p)]
    assert "examples/hadoop-mapreduce-examples-3.4.2.jar" in tree
    assert {p.split("/")[2] for p in tree if p.startswith("hdfs-ui/")} >= {
        "hdfs", "datanode", "secondary", "static",
    }  # fmt: skip
    assert {p.split("/")[0] for p in tree} == {"VERSION", "examples", "hdfs-ui", "lib"}
