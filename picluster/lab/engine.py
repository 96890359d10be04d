"""The owner's Docker engine, which carries the simulated boards."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import docker
from docker import DockerClient
from docker.errors import DockerException

from picluster.plan.errors import UserError
from picluster.project import state_directory

Progress = Callable[[str], None]

START_TIMEOUT_SECONDS = 60


class EngineMissingError(UserError):
    """Raised when no Docker engine can be reached and none may be started here."""


def connect(progress: Progress, *, may_start: bool) -> DockerClient:
    """A client of a running engine.

    With `may_start` one is installed and started where there is none and this process may.
    Raises EngineMissingError, which says what is missing.
    """
    client = _reachable()
    if client is not None:
        return client
    if not may_start:
        message = "No Docker engine runs here, so there is no lab; start one: picluster lab up"
        raise EngineMissingError(message)
    if _is_docker_desktop_or_remote():
        message = (
            f"No Docker engine answers at DOCKER_HOST={os.environ['DOCKER_HOST']}; "
            "start it, or unset DOCKER_HOST."
        )
        raise EngineMissingError(message)
    if os.geteuid() != 0:
        message = (
            "No Docker engine can be reached by this user. Install and start one "
            "(sudo apt-get install docker.io), and allow it: sudo usermod -aG docker $USER, "
            "then log in again."
        )
        raise EngineMissingError(message)
    if shutil.which("dockerd") is None:
        _install(progress)
    progress("starting the Docker engine")
    return _start()


def _reachable() -> DockerClient | None:
    try:
        client = docker.from_env(timeout=120)
        client.ping()
    except (DockerException, OSError):
        return None
    return client


def _is_docker_desktop_or_remote() -> bool:
    return bool(os.environ.get("DOCKER_HOST"))


def _install(progress: Progress) -> None:
    if shutil.which("apt-get") is None:
        message = (
            "No Docker engine is installed, and this is not Debian: install one with the "
            "system's own means, then try again."
        )
        raise EngineMissingError(message)
    progress("installing the Docker engine (apt-get install docker.io)")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-q", "-y", "--no-install-recommends", "docker.io", "iptables"],
    ):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            message = f"`{' '.join(command)}` failed:\n{done.stderr.strip()[-2000:]}"
            raise EngineMissingError(message)


def _start() -> DockerClient:
    log = state_directory() / "dockerd.log"
    if Path("/run/systemd/system").is_dir():
        subprocess.run(["systemctl", "start", "docker"], check=False)
    else:
        # No service manager here: the engine outlives this command in a session of its own.
        with log.open("ab") as output:
            subprocess.Popen(
                ["dockerd"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        client = _reachable()
        if client is not None:
            return client
        time.sleep(0.3)
    message = (
        f"The Docker engine did not answer within {START_TIMEOUT_SECONDS} seconds; its log: {log} "
        "(or journalctl -u docker)."
    )
    raise EngineMissingError(message)
