"""A Swarm whose managers deploy stacks: services, configs and secrets as Docker keeps them."""

import base64
import hashlib
import json
from typing import Any, cast

import pytest
from pyinfra.api import StringCommand
from pyinfra.connectors.util import CommandOutput
from typing_extensions import override

from facts.stacks import Stacks
from operations import peers
from picluster.plan.stack import CONTENT, NAMESPACE, NETWORK, SPEC, WISH
from picluster.plan.stack_found import FoundObject, FoundService, FoundTask, StacksState
from tests.operations.played_swarm import PlayedSwarm, Sent

Json = dict[str, Any]


class PlayedStacks(PlayedSwarm):
    """Time passes by being slept through; a task needs a moment until it runs."""

    def __init__(self, *boards: str) -> None:
        super().__init__(*boards)
        self.services: dict[str, Json] = {}
        self.networks: dict[str, FoundObject] = {}
        self.objects: dict[str, dict[str, FoundObject]] = {"configs": {}, "secrets": {}}
        self.contents: dict[str, bytes] = {}
        self.in_use: set[str] = set()
        """What is not removed yet when it is asked for."""
        self.task: Json = {"state": "running"}
        """What becomes of every task after a moment."""
        self.failed: list[FoundTask] = []
        self.log = ""
        self.tells = True
        self._count = 0

    @override
    def install(self, monkeypatch: pytest.MonkeyPatch) -> "PlayedStacks":
        super().install(monkeypatch)

        def ask(other: Any, fact: Any, arguments: Json) -> Any:
            if fact is Stacks:
                return self._stacks(**arguments) if self.tells else None
            return self._ask(other.name)

        monkeypatch.setattr(peers, "_ask", ask)
        return self

    @override
    def run(
        self, other: Any, command: StringCommand, *, show: bool = False, **more: Any
    ) -> tuple[bool, CommandOutput]:
        more.pop("_timeout", None)
        return super().run(other, command, show=show, **more)

    def _stacks(self, *, tasks: bool = False) -> StacksState:
        return StacksState(
            services=[self._service(name) for name in self.services],
            networks=[*self.networks.values()],
            configs=[*self.objects["configs"].values()],
            secrets=[*self.objects["secrets"].values()],
            tasks=self._tasks() if tasks else None,
        )

    def _service(self, name: str) -> FoundService:
        service = self.services[name]
        labels = service["labels"]
        return FoundService(
            id=f"{name}-id",
            name=name,
            stack=labels.get(NAMESPACE, ""),
            wish=labels.get(WISH, ""),
            spec=labels.get(SPEC, ""),
            fingerprint=self.fingerprint(name),
            replicas=service.get("replicas", 1),
            restarts=True,
            update="",
            template=self.fingerprint(name),
        )

    def fingerprint(self, name: str) -> str:
        """Of what a service is, without our labels."""
        return hashlib.sha256(json.dumps(self.services[name]["spec"]).encode()).hexdigest()

    def _tasks(self) -> list[FoundTask]:
        tasks = []
        for name, service in self.services.items():
            made: Json = {
                "id": f"{name}-task-{service['made']}", "service": f"{name}-id", "slot": 1,
                "node": "pi1a", "desired": "running", "state": "preparing", "error": "",
                "exited": False, "template": self.fingerprint(name),
            }  # fmt: skip
            if self.now >= service["since"] + 2:
                made |= self.task
                if made["state"] == "failed":
                    self.failed.append(cast(FoundTask, made))
                    service |= {"since": self.now, "made": service["made"] + 1}
            tasks.append(cast(FoundTask, made))
        return [*tasks, *self.failed[-4:]]

    @override
    def _obey(self, sent: Sent) -> list[str] | str:
        match sent.words:
            case ["docker", "stack", "deploy", *options, "--compose-file", "-", name]:
                assert options == ["--prune", "--resolve-image", "always"]
                return self._deploy(name, json.loads(sent.stdin or ""))
            case ["docker", "stack", "rm", name]:
                self.services = {n: s for n, s in self.services.items() if not _is_of(s, name)}
                self._in(5, lambda: self._drop_networks(name))
                return []
            case ["docker", "service", "update", "--detach", "--quiet", "--label-add", label, own]:
                key, _, value = label.partition("=")
                self.services[own.removesuffix("-id")]["labels"][key] = value
                return []
            case ["timeout", "10", "docker", "service", "logs", *_, _]:
                return self.log.splitlines()
            case ["docker", ("network" | "config" | "secret") as kind, "rm", own]:
                return self._drop(kind, own)
        return super()._obey(sent)

    @override
    def _http(self, sent: Sent, path: str) -> list[str] | str:
        kind, _, verb = path[1:].partition("/")
        if kind not in self.objects or verb != "create":
            return super()._http(sent, path)
        body = json.loads(sent.stdin or "")
        if body["Name"] in self.objects[kind]:
            return f"rpc error: {body['Name']} already exists"
        self.contents[body["Name"]] = base64.b64decode(body["Data"])
        labels = body["Labels"]
        self.objects[kind][body["Name"]] = FoundObject(
            id=f"{body['Name']}-id",
            name=body["Name"],
            stack=labels[NAMESPACE],
            digest=labels[CONTENT],
        )
        return ['{"ID": "one"}', "201"]

    def _deploy(self, stack: str, data: Json) -> list[str] | str:
        for kind in ("configs", "secrets"):
            for entry in (data.get(kind) or {}).values():
                if entry["name"] not in self.objects[kind]:
                    return f"config not found: {entry['name']}"
        for short, network in data["networks"].items():
            name = f"{stack}_{short}"
            digest = network["labels"][NETWORK]
            made = FoundObject(id=f"{name}-id", name=name, stack=stack, digest=digest)
            self.networks.setdefault(name, made)
        wished = {f"{stack}_{short}": entry for short, entry in data["services"].items()}
        for name in [n for n, s in self.services.items() if _is_of(s, stack) and n not in wished]:
            del self.services[name]
        for name, entry in wished.items():
            self._put(name, stack, json.loads(json.dumps(entry)))
        return []

    def _put(self, name: str, stack: str, entry: Json) -> None:
        labels = entry["deploy"].pop("labels") | {NAMESPACE: stack}
        before = self.services.get(name)
        if before is not None and before["spec"] == entry:
            before["labels"] = labels
            return
        self._count += 1
        self.services[name] = {
            "labels": labels, "spec": entry, "since": self.now, "made": self._count,
        }  # fmt: skip

    def _drop(self, kind: str, own: str) -> list[str] | str:
        if own in self.in_use:
            self.in_use.discard(own)
            return f"{kind} {own} is in use"
        entries = self.networks if kind == "network" else self.objects[f"{kind}s"]
        if entries.pop(own.removesuffix("-id"), None) is None:
            return f"{kind} {own} not found"
        return []

    def _drop_networks(self, stack: str) -> None:
        self.networks = {n: e for n, e in self.networks.items() if e["stack"] != stack}


def _is_of(service: Json, stack: str) -> bool:
    return bool(service["labels"].get(NAMESPACE) == stack)
