"""A stack as it is wished, made of its compose file: what Docker is sent, and digests of it.

The digests are keyed, because compose files hold secrets: a label may be read by more people than
the services themselves.
"""

import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from picluster.plan.errors import UserError
from picluster.plan.problems import Finding, quote
from picluster.plan.stack_checks import findings
from picluster.plan.stack_variables import escape, substituted
from picluster.plan.stack_yaml import YamlError, read

NAMESPACE = "com.docker.stack.namespace"
"""Docker's own label of all that belongs to a stack; its value is the stack's name."""
WISH = "org.picluster.stack"
"""Label of a service: digest of the wish that it was deployed from."""
SPEC = "org.picluster.spec"
"""Label of a service: fingerprint of what it was right after its deploy."""
CONTENT = "org.picluster.content"
"""Label of a config or secret: digest of its content."""
NETWORK = "org.picluster.network"
"""Label of a network: digest of its definition, which Docker never changes again."""

ReadFile = Callable[[str], bytes]
"""Content of a file named in a compose file. Raises OSError or KeyError where there is none."""


class StackError(UserError):
    """A compose file is refused: one line for each thing to mend, none of which tells a value."""


@dataclass(frozen=True, slots=True)
class Blob:
    """A config or a secret under its versioned name."""

    kind: str
    """configs or secrets, as in the Engine API."""
    name: str
    digest: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class StackWish:
    """A stack as it should be."""

    name: str
    services: tuple[str, ...]
    """Full names, such as hello_web."""
    networks: dict[str, str]
    """Full name to digest of the definition."""
    blobs: tuple[Blob, ...]
    digest: str
    text: str = field(repr=False)
    """What `docker stack deploy` gets on its standard input."""
    secrets: tuple[str, ...] = field(repr=False)
    """Values that no message may show."""

    def hide(self, message: str) -> str:
        """The message without values of the environment, which Docker may quote."""
        for secret in self.secrets:
            message = message.replace(secret, "…")
        return message


def parse_stack(
    name: str, text: str, read_file: ReadFile, key: bytes = b"", source: str = ""
) -> StackWish:
    """The wish that a compose file holds.

    + name: the stack's
    + text: the file's content
    + key: of the digests; whoever has it not learns nothing from them
    + source: what messages call the file

    Raises StackError with all its problems.
    """
    source = source or f"the compose file of the stack {name}"
    try:
        document = read(text)
    except YamlError as error:
        place = f"{source}:{error.line}" if error.line else source
        raise StackError(f"{place}: {error}") from None
    found = list(findings(name, document.data))
    contents: dict[tuple[str, str], bytes] = {}
    if not found:
        data = substituted(document.data)
        found = list(_contents(data, read_file, contents))
    if found:
        raise StackError("\n  ".join(document.tell(source, finding) for finding in found))
    return _wish(name, data, contents, key)


def _contents(
    data: dict[str, Any], read_file: ReadFile, contents: dict[tuple[str, str], bytes]
) -> Iterator[Finding]:
    for kind in ("configs", "secrets"):
        for name, entry in (data.get(kind) or {}).items():
            if "content" in entry:
                contents[kind, name] = entry["content"].encode()
            elif "file" in entry:
                try:
                    contents[kind, name] = read_file(entry["file"])
                except (OSError, KeyError, ValueError) as error:
                    reason = getattr(error, "strerror", None) or "no such file"
                    text = f"{quote(entry['file'])} cannot be read: {reason}"
                    yield Finding((kind, name, "file"), text)
                    continue
            if len(contents.get((kind, name), b"x")) not in range(1, 500 * 1024 + 1):
                yield Finding((kind, name), "a Swarm keeps between 1 byte and 500 KiB; change it")


def _wish(
    name: str, data: dict[str, Any], contents: dict[tuple[str, str], bytes], key: bytes
) -> StackWish:
    blobs = []
    for (kind, short), content in contents.items():
        digest = _digest(key, f"{kind}/{name}/{short}/".encode() + content)
        blob = Blob(kind, f"{name}_{short}_{digest[:8]}", digest, content)
        data[kind][short] = {"external": True, "name": blob.name}
        blobs.append(blob)
    data.pop("name", None)
    data["version"] = _version(data.get("version", "3.8"))
    for entry in _networks_to_make(data):
        entry["labels"] = _table(entry.get("labels"))
    networks = _labelled_networks(name, data, key)
    digest = _digest(key, _canonical(data))
    for service in data["services"].values():
        deploy = service["deploy"] = service.get("deploy") or {}
        deploy["labels"] = _table(deploy.get("labels")) | {WISH: digest}
    return StackWish(
        name,
        tuple(sorted(f"{name}_{service}" for service in data["services"])),
        networks,
        tuple(blobs),
        digest,
        _canonical(_escaped(data)).decode(),
        tuple(sorted(_secrets(data), key=len, reverse=True)),
    )


def _version(text: str) -> str:
    """The schema that the file is checked by: at least the one that knows all that is sent."""
    return max("3.8", text, key=lambda version: [int(part) for part in version.split(".")])


def _networks_to_make(data: dict[str, Any]) -> list[dict[str, Any]]:
    services = data["services"].values()
    networks = data["networks"] = data.get("networks") or {}
    if any(not service.get("networks") or "default" in service["networks"] for service in services):
        networks.setdefault("default", None)
    used = {"default"} | {name for s in services for name in s.get("networks") or ()}
    # Docker makes those that a service uses, and no others.
    data["networks"] = {n: dict(entry or {}) for n, entry in networks.items() if n in used}
    return [entry for entry in data["networks"].values() if not entry.get("external")]


def _labelled_networks(stack: str, data: dict[str, Any], key: bytes) -> dict[str, str]:
    made = {}
    for short, entry in data["networks"].items():
        if not entry.get("external"):
            digest = _digest(key, _canonical(entry))
            made[str(entry.get("name") or f"{stack}_{short}")] = digest
            entry["labels"] |= {NETWORK: digest}
    return made


def _table(labels: Any) -> dict[str, Any]:
    """Labels as a table; a list holds KEY=VALUE."""
    if isinstance(labels, list):
        pairs = [str(label).partition("=") for label in labels]
        return {key: value for key, _, value in pairs}
    return dict(labels or {})


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, list):
        return [_escaped(entry) for entry in value]
    if isinstance(value, dict):
        return {key: _escaped(entry) for key, entry in value.items()}
    return value


def _secrets(data: dict[str, Any]) -> set[str]:
    values: set[str] = set()
    for service in data["services"].values():
        content = service.get("environment") or {}
        if isinstance(content, list):
            values |= {entry.partition("=")[2] for entry in content}
        else:
            values |= {str(value) for value in content.values()}
    return {value for value in values if len(value) >= 8}


def _canonical(data: Any) -> bytes:
    return json.dumps(data, sort_keys=True, separators=(",", ":")).encode()


def _digest(key: bytes, content: bytes) -> str:
    # An empty key is one that everybody has: so of stacks without secrets.
    return hmac.new(key, content, "sha256").hexdigest()
