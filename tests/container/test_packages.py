"""packages.debian with a real apt and dpkg."""

import json

from tests.container.running import Run, Running

# Small ones; the second needs a library that is not on the image.
WISHED, OTHER = "hello", "sl"


def _install(container: Running, *names: str, absent: tuple[str, ...] = ()) -> Run:
    lists = [f"packages={json.dumps(names)}"]
    if absent:
        lists.append(f"absent={json.dumps(absent)}")
    return container.pyinfra("operations.packages.debian", *lists, "-y")


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


def test_removed_in_the_transaction_that_installs_what_conflicts(container: Running) -> None:
    # The two conflict; the configuration of the first is a conffile.
    assert _install(container, "ssmtp").totals == (1, 0)
    container.sh("echo '# ours' >>/etc/ssmtp/ssmtp.conf")
    container.sh("echo 'APT::Get::Purge \"true\";' >/etc/apt/apt.conf.d/99purge")
    run = _install(container, "msmtp-mta", absent=("ssmtp", "never-heard-of"))
    assert run.totals == (1, 0), run.said
    assert _status(container, "msmtp-mta") == "install ok installed"
    assert _status(container, "ssmtp") == "deinstall ok config-files"
    assert "# ours" in container.sh("cat /etc/ssmtp/ssmtp.conf")
    assert "-o APT::Get::Purge=false" in container.sh("cat /var/log/picluster-apt.log")
    assert container.sh("grep -c '^+ apt-get .* install ' /var/log/picluster-apt.log") == "1\n"
    assert _install(container, "msmtp-mta", absent=("ssmtp", "never-heard-of")).totals == (0, 0)
    # What an interrupted dpkg would complete now is gone after the same run.
    container.sh(f"rm /etc/apt/apt.conf.d/99purge; apt-get -q -y purge {OTHER}")
    container.sh(f"cd /tmp && apt-get -q download {OTHER} && dpkg --unpack {OTHER}_*.deb")
    assert _install(container, absent=("msmtp-mta", OTHER)).totals == (1, 0)
    assert "installed" not in _status(container, "msmtp-mta") + _status(container, OTHER)
    assert _install(container, absent=("msmtp-mta", OTHER)).totals == (0, 0)


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
