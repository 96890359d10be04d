"""First contact with simulated boards: discover, trust, sudo. Leaves them as they were."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from docker.models.containers import Container

from picluster import known_hosts, project
from picluster.contact.host_keys import known_keys
from picluster.contact.sudo_rule import PATH, rule
from picluster.lab import machine
from picluster.lab.lab import Lab
from picluster.plan.load import load_config

pytestmark = pytest.mark.lab

PASSWORD = 'it\'s $ecret; "id"'  # noqa: S105 - of simulated boards
_RUN = [sys.executable, "-c", "from picluster.cli import main; main(prog_name='picluster')"]

Picluster = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def picluster(lab_environment: dict[str, str]) -> Picluster:
    """Runs the helper command; keywords are environment variables."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*_RUN, *arguments],
            cwd=project.root(),
            env=os.environ | lab_environment | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


@pytest.fixture
def key(lab: Lab) -> str:
    """Path of the lab's private SSH key."""
    return str(load_config(lab.cluster_toml).ssh.key_path)


def on(container: Container, script: str, user: str = "root") -> tuple[int, str]:
    """Runs a script on a board, past SSH."""
    return machine.run(container, "runuser", "-u", user, "--", "sh", "-c", script)


def address_of(container: Container) -> str:
    return machine.board_of(container).address


def test_discover_tells_what_the_boards_are(lab: Lab, key: str, picluster: Picluster) -> None:
    boards = [machine.board_of(container) for container in lab.containers()]
    asked = [board.address for board in reversed(boards)]
    result = picluster("discover", *asked, "--key", key, "--json")
    assert result.returncode == 0, result.stderr
    told = [
        (one["name"], one["address"], one["serial"], one["mac"], one["revision"])
        for one in json.loads(result.stdout)["boards"]
    ]
    assert told == [
        (name, board.address, board.serial, board.mac, board.revision)
        for name, board in zip(["pi8", "pi2", "pi1"], boards, strict=True)
    ]


def test_discover_makes_a_cluster_and_names_who_is_missing(
    lab: Lab, key: str, picluster: Picluster, tmp_path: Path
) -> None:
    here = [address_of(container) for container in lab.containers()[1:]]
    nobody = str(load_config(lab.cluster_toml).network.subnet[250])
    file = tmp_path / "cluster.toml"
    result = picluster("discover", *here, nobody, "--key", key, "--write", str(file))
    assert result.returncode == 1
    assert f"Error: {nobody}: no SSH server answers on port 22" in result.stderr
    config = load_config(file)
    assert [str(node.address) for node in config.nodes] == here
    assert config.network == load_config(lab.cluster_toml).network.model_copy(
        update={"gateway": None}
    )


@pytest.fixture
def rekeyed(lab: Lab) -> Iterator[Container]:
    """A board with a new host key, as after a new card."""
    container = lab.board("pi2a")
    restart = "systemctl reset-failed ssh; systemctl restart ssh"
    new = "ssh-keygen -q -t ed25519 -N '' -f ssh_host_ed25519_key"
    on(container, f"cd /etc/ssh && mkdir kept && mv ssh_host_ed25519* kept/ && {new}; {restart}")
    yield container
    on(container, f"cd /etc/ssh && mv -f kept/* . && rmdir kept; {restart}")
    lab.trust([container])


def test_a_new_key_is_refused_until_it_is_trusted(
    rekeyed: Container, key: str, picluster: Picluster
) -> None:
    address, file = address_of(rekeyed), project.known_hosts_file()
    [old] = known_keys(known_hosts.lines_of(file, address))

    assert f"picluster trust {address}" in picluster("discover", address, "--key", key).stderr
    assert "picluster trust pi2a" in picluster("sudo", "pi2a").stderr

    unasked = picluster("trust", "pi2a")
    assert unasked.returncode == 1
    assert "--yes agrees beforehand" in unasked.stderr
    assert known_keys(known_hosts.lines_of(file, address)) == [old]

    trusted = picluster("trust", "--all", "--yes")
    shown = on(rekeyed, "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub")[1].split()[1]
    assert trusted.returncode == 0, trusted.stderr
    assert f"new    ED25519  {shown}" in trusted.stdout
    assert f"known  ED25519  {old.fingerprint}" in trusted.stdout
    assert trusted.stdout.count("the key is the known one") == 2
    assert picluster("discover", address, "--key", key).returncode == 0


@pytest.fixture
def locked(lab: Lab) -> Iterator[Container]:
    """A board whose user needs a password for sudo."""
    container = lab.board("pi2a")
    on(container, "mkdir -m 700 /root/kept && cp -a /etc/sudoers.d /etc/shadow /root/kept/")
    on(container, "rm -f /etc/sudoers.d/010_*")
    machine.run(container, "sh", "-c", 'echo "pi:$1" | chpasswd', "sh", PASSWORD)
    yield container
    on(container, "/usr/lib/picluster-lab/hardware skew 0")
    on(
        container,
        "rm -f /etc/sudoers.d/* && cp -a /root/kept/sudoers.d/. /etc/sudoers.d/ "
        "&& cp -a /root/kept/shadow /etc/shadow && rm -r /root/kept",
    )


def test_discover_needs_no_sudo(locked: Container, key: str, picluster: Picluster) -> None:
    result = picluster("discover", address_of(locked), "--key", key)
    assert result.returncode == 0, result.stderr
    assert 'model = "4B"' in result.stdout


def sudo_is_free(container: Container) -> bool:
    return on(container, "sudo -k -n true", user="pi")[0] == 0


def test_sudo_takes_the_password_once(locked: Container, picluster: Picluster) -> None:
    without = picluster("sudo", "pi2a")
    assert without.returncode == 1
    assert "sudo asks for a password on pi2a" in without.stderr

    wrong = picluster("sudo", "pi2a", PICLUSTER_SUDO_PASSWORD="wr0ng")  # noqa: S106
    assert wrong.returncode == 1
    assert "this is not the password of user pi" in wrong.stderr
    assert "wr0ng" not in wrong.stderr + wrong.stdout
    assert on(locked, f"ls {PATH}")[0] != 0
    assert not sudo_is_free(locked)

    right = picluster("sudo", "pi2a", PICLUSTER_SUDO_PASSWORD=PASSWORD)
    assert right.returncode == 0, right.stderr
    assert on(locked, f"cat {PATH}; stat -c '%a %U %G' {PATH}; ls -A /etc | grep sudoers-") == (
        1,
        f"{rule('pi')}\n440 root root\n",
    )
    assert sudo_is_free(locked)
    assert on(locked, "journalctl -q | grep -cF -e '$ecret' -e wr0ng")[1].strip() == "0"

    again = picluster("sudo", "pi2a")
    assert again.returncode == 0
    assert "sudo works without a password already" in again.stdout


def test_sudo_refuses_a_wrong_clock(locked: Container, picluster: Picluster) -> None:
    on(locked, "/usr/lib/picluster-lab/hardware skew 3600")
    result = picluster("sudo", "pi2a", "--clock-wait", "1", PICLUSTER_SUDO_PASSWORD=PASSWORD)
    assert result.returncode == 1
    assert "its clock is wrong; waiting for it" in result.stdout
    assert "its clock is 60 minutes ahead of this computer's" in result.stderr
    assert not sudo_is_free(locked)


def test_sudo_waits_for_a_clock_that_is_being_set(
    locked: Container, lab_environment: dict[str, str]
) -> None:
    on(locked, "/usr/lib/picluster-lab/hardware skew -3600")
    with subprocess.Popen(
        [*_RUN, "sudo", "pi2a"],
        cwd=project.root(),
        env=os.environ | lab_environment | {"PICLUSTER_SUDO_PASSWORD": PASSWORD},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        for line in process.stdout or ():
            if "waiting for it" in line:
                on(locked, "/usr/lib/picluster-lab/hardware skew 0")
    assert process.returncode == 0
    assert sudo_is_free(locked)
