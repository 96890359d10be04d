"""One simulated board as a container: made, started, looked up, taken away."""

import io
import json
import tarfile
import time
from ipaddress import IPv4Address
from pathlib import Path

from docker import DockerClient
from docker.errors import APIError
from docker.models.containers import Container

from picluster.lab.fleet import SimulatedBoard
from picluster.lab.image import BOARD_FILES
from picluster.plan.errors import UserError

LABEL = "org.picluster.lab"
BOOT_TIMEOUT_SECONDS = 120

SHUT_DOWN = "/run/firmware/off"
"""Is there while a board waits for its power to be cut (picluster/lab/board/firmware)."""

# All but what would reach the owner's computer: no setting of the clock (SYS_TIME), no kernel
# modules (SYS_MODULE), no limits above the host's (SYS_RESOURCE). `--privileged` has all three.
CAPABILITIES = """
    CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE
    NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_RAWIO SYS_CHROOT
    SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE
    AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ
""".split()


class BoardNotReadyError(UserError):
    """Raised when a simulated board does not come up."""


def create(
    client: DockerClient,
    board: SimulatedBoard,
    *,
    image: str,
    lab: str,
    project: str,
    network: str,
    public_key: str,
) -> Container:
    """A blank board, powered off, that lets the owner of `public_key` in as user pi."""
    host_config = client.api.create_host_config(
        cap_add=CAPABILITIES,
        security_opt=[
            f"seccomp={(BOARD_FILES / 'seccomp.json').read_text()}",
            "apparmor=unconfined",
        ],
        device_cgroup_rules=["a *:* rwm"],
        cgroupns="private",
        tmpfs={"/run": "", "/run/lock": ""},
        mem_limit=board.memory_limit_bytes,
        memswap_limit=board.memory_limit_bytes,
        restart_policy={"Name": "unless-stopped"},
        network_mode=network,
    )
    # What `docker run --security-opt systempaths=unconfined` says to the engine: the firmware
    # plays over paths of /proc that Docker would hide or protect. It protects them itself.
    host_config |= {"MaskedPaths": [], "ReadonlyPaths": []}
    endpoint = client.api.create_endpoint_config(ipv4_address=board.address)
    created = client.api.create_container(
        image,
        name=f"picluster-{lab}-{board.name}",
        hostname="raspberrypi",
        environment=board.environment(),
        labels={
            LABEL: lab,
            f"{LABEL}.project": project,
            f"{LABEL}.board": json.dumps(board.as_label()),
        },
        stop_signal="SIGRTMIN+3",  # systemd's own word for a clean power-off
        volumes=["/var/lib/docker"],
        host_config=host_config,
        networking_config={"EndpointsConfig": {network: endpoint}},
        mac_address=board.mac,
    )
    container = client.containers.get(created["Id"])
    container.put_archive("/home/pi", _authorized_keys(public_key))
    return container


def _authorized_keys(public_key: str) -> bytes:
    """A tar archive of .ssh/authorized_keys, owned by pi (uid 1000)."""
    content = public_key.encode()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        folder = tarfile.TarInfo(".ssh")
        folder.type, folder.mode, folder.uid, folder.gid = tarfile.DIRTYPE, 0o700, 1000, 1000
        archive.addfile(folder)
        file = tarfile.TarInfo(".ssh/authorized_keys")
        file.size, file.mode, file.uid, file.gid = len(content), 0o600, 1000, 1000
        archive.addfile(file, io.BytesIO(content))
    return buffer.getvalue()


def board_of(container: Container) -> SimulatedBoard:
    """What the container plays, from its label."""
    return SimulatedBoard(**json.loads(container.labels[f"{LABEL}.board"]))


def project_of(container: Container) -> Path:
    """The checkout that made the container."""
    return Path(container.labels[f"{LABEL}.project"])


def find(client: DockerClient, lab: str) -> list[Container]:
    """The lab's containers, running or not, in the order of their addresses."""
    found = client.containers.list(all=True, filters={"label": f"{LABEL}={lab}"})
    return sorted(found, key=lambda container: IPv4Address(board_of(container).address))


def start(container: Container) -> None:
    """Puts power on the board and waits until it has booted and takes SSH connections.

    One that was shut down boots only when its power is cut and given back, as a real one.
    """
    if is_shut_down(container):
        cut_power(container)
    container.start()
    wait_until_up(container)


def cut_power(container: Container) -> None:
    """Takes the board's power from one moment to the next; nothing on it can say goodbye."""
    container.reload()
    if container.status == "running":
        container.kill()
        container.wait()


def is_shut_down(container: Container) -> bool:
    """Whether the board has power, and does nothing since it was shut down."""
    container.reload()
    if container.status != "running":
        return False
    return run(container, "test", "-e", SHUT_DOWN)[0] == 0


def remove(container: Container) -> None:
    """Takes the board away, with all that is on it."""
    container.remove(force=True, v=True)


def wait_until_up(container: Container) -> None:
    """Returns when systemd has finished booting and sshd runs."""
    deadline = time.monotonic() + BOOT_TIMEOUT_SECONDS
    state = "not started"
    while time.monotonic() < deadline:
        try:
            # Blocks until the boot is over; fails while systemd itself is not there yet.
            state = run(container, "systemctl", "is-system-running", "--wait")[1].strip()
            if state in {"running", "degraded"} and run(container, "pidof", "sshd")[0] == 0:
                return
        except APIError as error:
            state = str(error.explanation or error)
        time.sleep(0.2)
    message = (
        f"{board_of(container).name} did not boot within {BOOT_TIMEOUT_SECONDS} seconds "
        f"({state}); `docker logs {container.name}` shows its console."
    )
    raise BoardNotReadyError(message)


def run(container: Container, *command: str) -> tuple[int, str]:
    """Runs a command on the board as root, past the network; its exit code and output."""
    code, output = container.exec_run(list(command))
    text = output if isinstance(output, bytes) else b"".join(output)
    return code or 0, text.decode(errors="replace")


def host_keys(container: Container) -> list[str]:
    """The board's SSH host keys, read on the board itself."""
    return run(container, "cat", "/etc/ssh/ssh_host_ed25519_key.pub")[1].splitlines()
