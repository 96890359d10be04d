"""Services in the Swarm, of an image that each board makes from its own files: no registry."""

from docker.models.containers import Container

from tests.lab import accidents, seen, swarm_seen

IMAGE = "picluster-test/sleeper"


def make_image(board: Container) -> None:
    """An image with `sleep` and its libraries, in the board's own engine."""
    seen.shell(
        board,
        "libraries=$(ldd /bin/sleep | grep -o '/[^ ]*')\n"
        f"tar -C / -chf - /bin/sleep $libraries 2>/dev/null | docker import - {IMAGE} >/dev/null",
    )


def create(manager: Container, name: str, constraint: str, replicas: int) -> None:
    """A service on nodes of a label; without virtual address, which a lab's kernel may lack."""
    seen.shell(
        manager,
        f"docker service create --detach --no-resolve-image --name {name} --replicas {replicas} "
        f"--endpoint-mode dnsrr --constraint node.labels.{constraint} {IMAGE} /bin/sleep infinity",
    )
    accidents.wait_for(lambda: _running(manager, name) == replicas, f"{name} does not run")


def is_running(boards: dict[str, Container], name: str, replicas: int) -> None:
    """The Swarm says so, and containers are there on the boards."""
    manager = swarm_seen.manager(boards)
    accidents.wait_for(lambda: _running(manager, name) == replicas, f"{name} does not run")
    there = sum(
        len(seen.shell(board, f"docker ps -q --filter name={name}").split())
        for board in boards.values()
    )
    assert there == replicas


def remove(manager: Container, name: str) -> None:
    """Takes the service away."""
    seen.shell(manager, f"docker service rm {name}")


def _running(manager: Container, name: str) -> int:
    states = seen.shell(
        manager,
        f"docker service ps --filter desired-state=running --format '{{{{.CurrentState}}}}' {name}",
    )
    return sum(state.startswith("Running") for state in states.splitlines())
