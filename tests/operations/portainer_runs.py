"""Runs of the Portainer deploy's operations, one after the other, on played boards."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from deploys.portainer import settings
from operations import portainer, swarm, verify
from operations.portainer_access import Access
from picluster.plan.hidden import Hidden
from picluster.plan.portainer import AGENT_STACK, AGENT_URL, SERVER_STACK
from tests.operations.board import Outcome
from tests.operations.played_portainer import CARRIER, PlayedPortainer
from tests.unit.plan.clusters import cluster

MANAGERS = ["pi8", "pi4", "pi2a"]
BOARDS = [*MANAGERS, "pi1a"]
LABEL = "home"
SECRETS = {
    name: f"planted-{name}-0123456789"
    for name in ("password", "setup-token", "backup-password", "agent-secret", "key", "stack-key")
}


@dataclass
class Runs:
    """The controller: its secrets, its folder, and what it wishes."""

    played: PlayedPortainer
    folder: Path
    version: str = "2.45.0"
    password: str = SECRETS["password"]
    kept: int = 0
    """How many times secrets were kept."""
    keeps: Callable[[], None] = field(default=lambda: None)

    def __post_init__(self) -> None:
        self.authority = self.folder / "ca.pem"
        self.authority.write_text("a certificate")

    @property
    def access(self) -> Access:
        return Access(
            address="192.0.2.15",
            authority=self.authority,
            password=Hidden(self.password),
            password_file="/secrets/password",  # noqa: S106 - the name of its file
            setup_token=Hidden(SECRETS["setup-token"]),
            backup_password=Hidden(SECRETS["backup-password"]),
            keep=self._keep,
        )

    def _keep(self) -> None:
        self.keeps()
        self.kept += 1

    @property
    def backups(self) -> list[Path]:
        return sorted((self.folder / "backups").glob("*"))

    def _stack(self, stack: str) -> dict[str, Any]:
        config = cluster({}, portainer={"version": self.version})
        secret = SECRETS["agent-secret"]
        compose = settings.agent_stack(config, secret)
        if stack == SERVER_STACK:
            compose = settings.server_stack(config, secret, SECRETS["setup-token"])
        return {"compose": Hidden(compose), "key": Hidden(SECRETS["stack-key"])} | (
            {"files": {"cert": b"certificate", "key": SECRETS["key"].encode()}}
            if stack == SERVER_STACK
            else {}
        )

    def call(
        self, operation: Any, *, executing: bool = True, only: Iterable[str] = (),
        began: Iterable[str] = (), first: bool = True, **arguments: Any,
    ) -> tuple[set[str], set[str]]:  # fmt: skip
        """The hosts on which an operation changes something, and those that fail."""
        names = [n for n in only or BOARDS if self.played.boards[n].answers]
        outcomes = self.played.call(
            operation,
            executing=executing,
            only=names,
            began=began,
            first=first,
            managers=MANAGERS,
            **arguments,
        )
        for name, found in outcomes.items():
            assert found.failed or found.commands or found.noop, name
        failed = {name for name, found in outcomes.items() if found.failed}
        return {n for n, found in outcomes.items() if found.commands} - failed, failed

    def steps(self, *, always: bool = False) -> dict[str, partial[Any]]:
        """The deploy, in its order."""
        how: dict[str, Any] = {"server": CARRIER, "access": self.access}
        folder = str(self.folder / "backups")
        return {
            "backup": partial(
                self.call,
                portainer.backup,
                version=self.version,
                folder=folder,
                always=always,
                **how,
            ),
            "agent stack": partial(
                self.call, swarm.stack, stack=AGENT_STACK, **self._stack(AGENT_STACK)
            ),
            "server stack": partial(
                self.call, swarm.stack, stack=SERVER_STACK, **self._stack(SERVER_STACK)
            ),
            "administrator": partial(self.call, portainer.administrator, **how),
            "environment": partial(self.call, portainer.environment, label=LABEL, **how),
            "agents": partial(self.call, portainer.agents, **how),
            "verify": partial(self.call, verify.portainer, **how),
        }

    def deploy(
        self, *, executing: bool = True, only: Iterable[str] = BOARDS, without: str = ""
    ) -> dict[str, set[str]]:
        """A whole run: step to the hosts that change something; `failed`, those that failed."""
        left = began = [name for name in only if self.played.boards[name].answers]
        changed: dict[str, set[str]] = {}
        first = True
        for step, call in self.steps().items():
            if step == without or not left:
                continue
            how = {"executing": executing, "only": left, "began": began, "first": first}
            changed[step], failed = call(**how)
            first = False
            changed["failed"] = changed.get("failed", set()) | failed
            left = [name for name in left if name not in failed]
        return {step: hosts for step, hosts in changed.items() if hosts}

    def alone(self, step: str, **more: Any) -> tuple[set[str], set[str]]:
        """One operation."""
        changed, failed = self.steps(always=step == "backup")[step](**more)
        return changed, failed

    def restore(self, file: Path, **more: Any) -> tuple[set[str], set[str]]:
        """What `deploys.portainer.restore` begins with."""
        return self.call(portainer.restore, **self._restoring(file) | more)

    def announced(self, file: Path) -> dict[str, Outcome]:
        """The same in a dry run, with its commands."""
        return self.played.call(portainer.restore, managers=MANAGERS, **self._restoring(file))

    def _restoring(self, file: Path) -> dict[str, Any]:
        how = {"server": CARRIER, "access": self.access, "file": str(file)}
        return how | {"version": self.version, **self._stack(SERVER_STACK)}

    def is_well(self) -> None:
        """The server sees every node that is up, and a run changes nothing."""
        data = self.played.data[CARRIER]
        assert data.password == self.password
        assert not data.telemetry
        assert data.version == self.played.version == self.version
        ours = [e for e in data.environments if (e["type"], e["url"]) == (2, AGENT_URL)]
        assert ours
        assert (ours[0]["tls"], ours[0]["tls_skip_verify"]) == (True, True)
        ready = {n["hostname"] for n in self.played.nodes.values() if n["state"] == "ready"}
        assert self.played.known >= ready
        before = [*self.played.calls]
        assert self.deploy(executing=False) == {}
        assert self.deploy() == {}
        assert self.played.calls == before
