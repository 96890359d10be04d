"""The image made of Debian's busybox: a binary and a link for each of its applets."""

import io
import tarfile

from picluster.lab import busybox


def test_the_root_has_the_binary_and_a_link_for_each_applet() -> None:
    applets = ["bin/busybox", "bin/sh", "usr/sbin/httpd", "usr/bin/[["]
    content = busybox._tar(b"\x7fELF", applets)
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        binary = archive.getmember("bin/busybox")
        assert (binary.isreg(), binary.mode) == (True, 0o755)
        for applet in applets[1:]:
            assert archive.getmember(applet).linkname == "/bin/busybox"
        assert archive.getmember("tmp").mode == 0o1777
        assert archive.getnames()[0] == "bin", "a folder comes before what is in it"


def test_the_same_binary_makes_the_same_image() -> None:
    assert busybox._tar(b"one", ["bin/sh"]) == busybox._tar(b"one", ["bin/sh"])
