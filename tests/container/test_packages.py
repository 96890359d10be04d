"""packages.debian with a real apt and dpkg."""

from tests.container.running import Run, Running

# Small ones; the second needs a library that is not on the image.
WISHED, OTHER = "hello", "sl"


def _install(container: Running, *names: str) -> Run:
    listed = ", ".join(f'"{name}"' for name in names)
    return container.pyinfra("operations.packages.debian", f"packages=[{listed}]", "-y")


def _status(container: Running, name: str) -> str:
    return container.sh(f"dpkg-query -W -f '${{Status}}' {name} 2>/dev/null || true")


def test_install_rest_interruption_and_drift(container: Running) -> None:
    assert _install(container, WISHED).totals == (1, 0)
    assert _status(container, WISHED) == "install ok installed"
    assert container.sh("hello") == "Hello, world!\n"
    assert container.sh("ls /usr/sbin | grep policy || true") == ""
    assert _install(container, WISHED).totals == (0, 0)

    # The wished one was removed by hand. And an installation was killed before it had unpacked a
    # dependency, so that dpkg alone cannot mend it; its policy is still there.
    container.sh("apt-get -q -y purge hello")
    container.sh(f"cd /tmp && apt-get -q download {OTHER} && dpkg --unpack {OTHER}_*.deb")
    mark = "# picluster: taken away again when the packages are installed"
    container.sh(f"printf '#!/bin/sh\\n%s\\nexit 101\\n' '{mark}' >/usr/sbin/policy-rc.d")
    assert _status(container, OTHER) == "install ok unpacked"
    assert _install(container, WISHED).totals == (1, 0)
    assert _status(container, OTHER) == "install ok installed"
    assert _status(container, WISHED) == "install ok installed"
    assert container.sh("ls /usr/sbin | grep policy || true") == ""
    assert container.sh("dpkg --audit") == ""
    assert _install(container, WISHED).totals == (0, 0)


def test_names_that_are_no_packages(container: Running) -> None:
    before = container.sh("dpkg-query -W")
    run = _install(container, "no-such-package", "les.")
    assert run.code == 1
    assert "E: Unable to locate package no-such-package" in run.said
    assert container.sh("dpkg-query -W") == before
    # What provides it, libgcc-s1, is there already: it would be missing again in every run.
    run = _install(container, "libgcc1")
    assert run.code == 1
    assert "apt-get installed no package libgcc1; where others provide it, name one" in run.said
    for name in ("less-", "a; touch /owned"):
        run = _install(container, name)
        assert run.code == 1, name
        assert "name of a Debian package" in run.said
    assert container.sh("dpkg-query -W; ls /owned 2>/dev/null || true") == before
