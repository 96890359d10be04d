"""The whole lab: up, down, reset, and where it belongs."""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import tomli
from docker import DockerClient
from docker.models.containers import Container

from picluster import known_hosts, project
from picluster.lab import cluster_file, engine, hub, image, machine, network
from picluster.lab.fleet import SimulatedBoard, fleet
from picluster.plan.errors import UserError
from picluster.plan.load import parse_config

Progress = Callable[[str], None]


class LabError(UserError):
    """Raised when the lab cannot do what was asked; the message says what to do instead."""


@dataclass(frozen=True)
class Lab:
    """A lab on this computer's Docker engine."""

    client: DockerClient
    name: str
    progress: Progress

    @classmethod
    def open(cls, progress: Progress, *, may_start: bool = False) -> "Lab":
        """The lab named by PICLUSTER_LAB (default: lab), on an engine that runs.

        With `may_start` an engine is installed and started where there is none.
        """
        name = os.environ.get("PICLUSTER_LAB", "lab")
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,30}", name):
            message = f"PICLUSTER_LAB={name!r}: use lower-case letters, digits and hyphens."
            raise LabError(message)
        lab = cls(engine.connect(progress, may_start=may_start), name, progress)
        lab.refuse_foreign()
        return lab

    def refuse_foreign(self) -> None:
        """Stops when a lab of this name was made from another checkout."""
        here = project.root()
        owners = {machine.project_of(container) for container in self.containers()}
        for owner in owners - {here}:
            message = (
                f"A lab named {self.name!r} already runs for {owner}. Take it down there "
                f"(cd {owner} && picluster lab down), or give this one another name: "
                "PICLUSTER_LAB=second"
            )
            raise LabError(message)

    def containers(self) -> list[Container]:
        """The lab's boards, running or not."""
        return machine.find(self.client, self.name)

    def board(self, name: str) -> Container:
        """One board's container by the board's name."""
        containers = self.containers()
        for container in containers:
            if machine.board_of(container).name == name:
                return container
        known = ", ".join(machine.board_of(container).name for container in containers)
        message = f"The lab has no board {name!r}; it has: {known or 'none (picluster lab up)'}."
        raise LabError(message)

    @property
    def network(self) -> str:
        """Name of the lab's network in Docker."""
        return f"picluster-{self.name}"

    @property
    def cluster_toml(self) -> Path:
        """The lab's cluster.toml, whether or not it is there."""
        return project.state_directory() / self.name / "cluster.toml"

    def up(self, boards: int, releases: Mapping[str, str]) -> list[SimulatedBoard]:
        """Brings up the lab's boards, blank ones where there were none, all trusted.

        Boards that exist stay as they are, so a start that was cut off is finished, and a small
        lab grows. Raises LabError when the lab runs with boards that are not wanted.
        """
        existing = {machine.board_of(c).name: c for c in self.containers()}
        subnet = network.ensure(self.client, self.name)
        text = cluster_file.compose(self.name, subnet, boards)
        config = parse_config(tomli.loads(text), str(self.cluster_toml))
        unknown = releases.keys() - {node.name for node in config.nodes}
        if unknown:
            message = f"No board of this lab is called {', '.join(sorted(unknown))}."
            raise LabError(message)
        wanted = fleet(config, dict(releases))
        if existing.keys() - {board.name for board in wanted}:
            message = (
                f"A lab of {len(existing)} boards is up; take it down first (picluster lab down) "
                f"to have one of {boards}."
            )
            raise LabError(message)
        for name, release in releases.items():
            if name in existing and machine.board_of(existing[name]).release != release:
                message = (
                    f"{name} is up with another card; to give it this one: "
                    f"picluster lab reflash {name} --release {release}"
                )
                raise LabError(message)
        hub.join(self.client, self.network, subnet, self.progress)
        missing = [board for board in wanted if board.name not in existing]
        self._make(missing)
        self._in_parallel("is up", machine.start, self.containers())
        self.trust(c for c in self.containers() if machine.board_of(c) in missing)
        if missing or not self.cluster_toml.exists():
            # Last, so that the file is there when its boards are; edits in it outlive an `up`.
            self.cluster_toml.write_text(text)
        return wanted

    def _make(self, boards: Iterable[SimulatedBoard]) -> None:
        boards = list(boards)
        images = {
            release: image.ensure_image(self.client, release, self.progress)
            for release in sorted({board.release for board in boards})
        }
        key = cluster_file.ensure_key(self.name)
        for board in boards:
            self.progress(f"making {board.name}: {board.title}")
            machine.create(
                self.client,
                board,
                image=images[board.release],
                lab=self.name,
                project=str(project.root()),
                network=self.network,
                public_key=key,
            )

    def reflash(self, name: str, release: str | None = None) -> None:
        """A new card for one board: everything on it is gone, its host key is another."""
        container = self.board(name)
        fields = machine.board_of(container).as_label()
        if release is not None:
            fields["release"] = release
        # Before the old card is thrown away: a new one has to be at hand.
        image.ensure_image(self.client, str(fields["release"]), self.progress)
        machine.remove(container)
        self._make([SimulatedBoard(**fields)])  # type: ignore[arg-type]
        machine.start(self.board(name))

    def reset(self) -> None:
        """New cards for all boards, trusted again."""
        containers = self.containers()
        boards = [machine.board_of(container) for container in containers]
        self._in_parallel("is gone", machine.remove, containers)
        self._make(boards)
        self._in_parallel("is up", machine.start, self.containers())
        self.trust(self.containers())

    def start(self, names: Iterable[str]) -> list[str]:
        """Gives these boards, or all for no names, their power; names of those that are up then."""
        chosen = [self.board(name) for name in names] or self.containers()
        self._in_parallel("is up", machine.start, chosen)
        return [machine.board_of(container).name for container in chosen]

    def restart(self, name: str) -> None:
        """Cuts one board's power and gives it back."""
        container = self.board(name)
        machine.cut_power(container)
        machine.start(container)

    def reboot_all(self) -> None:
        """Restarts all boards at once, as after a power cut of the whole rack."""
        containers = self.containers()
        self._in_parallel("has no power", machine.cut_power, containers)
        self._in_parallel("is up", machine.start, containers)

    def trust(self, containers: Iterable[Container]) -> None:
        """Writes the boards' host keys, read on the boards themselves, to the known hosts."""
        path = project.known_hosts_file()
        for container in containers:
            address = machine.board_of(container).address
            known_hosts.replace(path, address, machine.host_keys(container))

    def down(self, *, caches: bool = False) -> int:
        """Takes everything of the lab away; the number of boards that there were.

        What the hub has collected stays for the next lab, unless `caches` throws it away too.
        """
        containers = self.containers()
        self._in_parallel("is gone", machine.remove, containers)
        hub.leave(self.client, self.network, self.progress)
        network.remove(self.client, self.name)
        self.cluster_toml.unlink(missing_ok=True)
        if caches:
            hub.remove_caches(self.client, self.progress)
        return len(containers)

    def _in_parallel(
        self, done: str, action: Callable[[Container], None], containers: Iterable[Container]
    ) -> None:
        """Does something to all boards at once, and says `done` of each."""
        containers = list(containers)
        with ThreadPoolExecutor(max_workers=max(1, len(containers))) as pool:
            started = {
                machine.board_of(container).name: pool.submit(action, container)
                for container in containers
            }
            for name, future in started.items():
                future.result()
                self.progress(f"{name} {done}")
