"""Stacks as a manager tells of them, short to write."""

from typing import Any, cast

from picluster.plan.stack import StackWish, parse_stack
from picluster.plan.stack_found import FoundObject, FoundService, FoundTask, StacksState

COMPOSE = "services: {web: {image: x, networks: [n], configs: [c]}}\n"
COMPOSE += "networks: {n: {}}\nconfigs: {c: {content: hello}}\n"


def wish(text: str = COMPOSE, name: str = "hello") -> StackWish:
    """What a compose file wishes."""
    return parse_stack(name, text, lambda path: b"secret", b"key")


def service(name: str = "hello_web", **changes: Any) -> FoundService:
    """A service of one task that was deployed by hand."""
    entry: dict[str, Any] = {
        "id": f"{name}-id", "name": name, "stack": name.partition("_")[0], "wish": "", "spec": "",
        "fingerprint": "f", "replicas": 1, "restarts": True, "update": "", "template": "t",
    }  # fmt: skip
    return cast(FoundService, entry | changes)


def entry(name: str, digest: str = "d", stack: str = "hello") -> FoundObject:
    """A network, config or secret."""
    return FoundObject(id=f"{name}-id", name=name, stack=stack, digest=digest)


def task(state: str = "running", **changes: Any) -> FoundTask:
    """A task of the service."""
    made: dict[str, Any] = {
        "id": "1", "service": "hello_web-id", "slot": 1, "node": "pi1a", "desired": "running",
        "state": state, "error": "", "exited": False, "template": "t",
    }  # fmt: skip
    return cast(FoundTask, made | changes)


def deployed(wished: StackWish, **changes: Any) -> StacksState:
    """A Swarm in which a stack is as wished."""
    found: dict[str, Any] = {
        "services": [
            service(name, wish=wished.digest, spec="f", fingerprint="f") for name in wished.services
        ],
        "networks": [entry(name, digest) for name, digest in wished.networks.items()],
        "configs": [entry(b.name, b.digest) for b in wished.blobs if b.kind == "configs"],
        "secrets": [entry(b.name, b.digest) for b in wished.blobs if b.kind == "secrets"],
        "tasks": None,
    }
    return cast(StacksState, found | changes)


def nothing() -> StacksState:
    """A Swarm without stacks."""
    return StacksState(services=[], networks=[], configs=[], secrets=[], tasks=None)
