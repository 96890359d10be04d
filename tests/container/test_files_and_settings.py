"""Operations on files in a real system: announced, done, at rest, mended after drift."""

import json
from dataclasses import dataclass

import pytest

from tests.container.running import Run, Running
from tests.facts.shell import shows

DEPLOY = "tests/container/files_and_settings.py"
EVERYTHING = [
    "Time zone",
    "cloud-init",
    "Kernel arguments",
    "Firmware settings",
    "Swap",
    "Files",
]
# Bookworm's card has dphys-swapfile; to switch it off needs a running systemd. cloud-init is
# trixie's: what counts of it here are its files.
BEFORE = r"""
systemctl disable --quiet dphys-swapfile
mkdir -p /etc/cloud/cloud.cfg.d
printf '#cloud-config\nhostname: x\npasswd: planted-hash\n' >/boot/firmware/user-data
mkdir /srv/old
"""
DRIFT = """
ln -sf /usr/share/zoneinfo/Etc/UTC /etc/localtime
rm /etc/cloud/cloud-init.disabled
sed -i 's/manage_etc_hosts: .*/manage_etc_hosts: true/' /boot/firmware/user-data
sed -i 's/cgroup_enable=memory//' /boot/firmware/cmdline.txt
sed -i 's/gpu_mem=16/gpu_mem=32/' /boot/firmware/config.txt
echo '[zram1]' >>/etc/systemd/zram-generator.conf
chmod 777 /srv/demo
chown root:root /srv/demo/a.conf
ln -sf /nowhere /srv/demo/link
touch /srv/old
"""


@dataclass
class History:
    """A dry run, a run and a second run; then drift, a run and a second run."""

    dry: Run
    untouched: bool
    first: Run
    second: Run
    before_drift: str
    third: Run
    fourth: Run


def _state(container: Running) -> str:
    """Everything that the deploy is about, by other means than its facts."""
    return container.sh("""
        readlink /etc/localtime; cat /etc/timezone; date +%Z
        cat /boot/firmware/cmdline.txt /boot/firmware/config.txt /boot/firmware/user-data
        cat /etc/systemd/zram-generator.conf
        cat /etc/cloud/cloud.cfg.d/zz-picluster.cfg; ls /etc/cloud/cloud-init.disabled
        find /srv /var/lib/picluster -printf '%p %y %m %u %g %s %l\\n' | sort
        find /srv -type f -exec sha256sum {} + | sort
        """)


@pytest.fixture(scope="module")
def history(container: Running) -> History:
    """All runs, one after another."""
    container.sh(BEFORE)
    disk = container.disk()
    dry = container.pyinfra(DEPLOY, "--dry", "-vvv")
    untouched = container.disk() == disk
    first, second = (container.pyinfra(DEPLOY, "-y", "-vvv") for _ in range(2))
    before_drift = _state(container)
    container.sh(DRIFT)
    third, fourth = (container.pyinfra(DEPLOY, "-y") for _ in range(2))
    return History(dry, untouched, first, second, before_drift, third, fourth)


def test_the_dry_run_announces_everything_and_does_nothing(history: History) -> None:
    assert history.dry.announced == EVERYTHING
    assert history.untouched


def test_the_run_does_what_was_announced(history: History) -> None:
    assert history.first.changed == EVERYTHING
    assert history.first.totals == (6, 0)


def test_the_second_run_changes_nothing(history: History) -> None:
    assert history.second.totals == (0, 0), history.second.changed


def test_drift_is_mended(history: History, container: Running) -> None:
    assert history.third.changed == EVERYTHING
    assert history.fourth.totals == (0, 0), history.fourth.changed
    assert _state(container) == history.before_drift


def test_state(history: History, container: Running) -> None:
    assert container.sh("date +%Z; cat /etc/timezone").split()[0] in ("CET", "CEST")
    assert container.sh("cat /etc/timezone") == "Europe/Berlin\n"
    line = container.sh("cat /boot/firmware/cmdline.txt")
    assert line.startswith("console=")
    assert line.endswith(" rootwait cgroup_enable=memory\n")
    config = container.sh("cat /boot/firmware/config.txt").splitlines()
    assert config[-4:-1] == [config[-4], "[all]", "gpu_mem=16"]
    assert config[0].startswith("# For more options")
    backups = container.sh("cat /boot/firmware/cmdline.txt.before-picluster")
    assert "cgroup" not in backups
    user_data = container.sh("cat /boot/firmware/user-data")
    assert user_data == "#cloud-config\npasswd: planted-hash\nmanage_etc_hosts: false\n"
    assert "zram-size = ram" in container.sh("cat /etc/systemd/zram-generator.conf")


def test_what_user_data_holds_is_not_shown(history: History) -> None:
    for run in (history.dry, history.first, history.second):
        assert "user_data_sets_names=" in run.said, "-vvv shows what facts read"
        assert not shows("planted-hash", run.said + json.dumps(run.answer))


def test_files(history: History, container: Running) -> None:
    assert container.sh("stat -c '%a %U %G' /srv/demo") == "2750 pi gpio\n"
    assert container.sh("stat -c '%a %U %G' /srv/demo/a.conf") == "640 pi gpio\n"
    assert container.sh("cat /srv/demo/link") == "it's $(touch /owned) ümlaut\n"
    names = container.sh("ls -1 /srv/demo").splitlines()
    assert names == ["a.conf", "it's $(touch owned) ümlaut", "link"]
    assert container.sh("ls -d /owned /srv/demo/owned /srv/old 2>/dev/null || true") == ""
    assert container.sh("find / -xdev -name '*.picluster-new'") == ""
    age = container.sh("echo $(($(date +%s) - $(stat -c %Y /srv/demo/a.conf)))")
    assert int(age) < 600


def test_what_left_the_list_goes(history: History, container: Running) -> None:
    assert container.pyinfra("tests/container/no_files.py", "-y").totals == (1, 0)
    assert container.sh("ls /srv") == ""
    assert container.pyinfra("tests/container/no_files.py", "-y").totals == (0, 0)


def test_a_time_zone_that_leads_elsewhere_is_refused(history: History, container: Running) -> None:
    before = container.disk()
    for option in ("--dry", "-y"):
        run = container.pyinfra(
            "operations.system.timezone", "timezone=../../../etc/shadow", option
        )
        assert run.code == 1
        assert "'../../../etc/shadow' is no time zone" in run.said
        assert "Traceback" not in run.said
    assert container.disk() == before


def test_the_effect_is_looked_at(container: Running) -> None:
    address = container.sh(f"getent ahostsv4 {container.name} | cut -d ' ' -f 1 | head -n 1")
    operation, name = "operations.verify.base", f"hostname={container.name}"
    assert container.pyinfra(operation, name, f"address={address.strip()}", "-y").totals == (0, 0)
    run = container.pyinfra(operation, name, "address=192.0.2.1", "-y")
    assert run.code == 1
    assert f"there {container.name} leads to {address.strip()}, not to 192.0.2.1" in run.said
