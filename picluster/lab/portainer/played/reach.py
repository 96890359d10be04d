"""The server's way to an environment's engine."""

import time
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from . import engine
from .agent_client import address_of
from .data import Record
from .engine import EngineReply
from .signature import signed_headers

AGENT_ENVIRONMENT = 2
PAIRED = "Agent already paired with another Portainer instance"


class EngineRefusedError(Exception):
    """Raised when an environment answers, but not as it should."""


class Reach:
    """Calls to environments, signed with the instance's key."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, secret: str) -> None:
        self._key = key
        self._secret = secret

    def ask(
        self,
        endpoint: Record,
        method: str,
        target: str,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
    ) -> EngineReply:
        """One call; raises OSError when nobody answers."""
        if endpoint["Type"] != AGENT_ENVIRONMENT:
            path = endpoint["URL"].removeprefix("unix://")
            return engine.ask(method, target, body, headers, path)
        signed = signed_headers(self._key, self._secret)
        return address_of(endpoint["URL"]).ask(method, target, body, (headers or {}) | signed)

    def snapshot(self, endpoint: Record) -> Record:
        """How an environment looks now; raises OSError or EngineRefusedError."""
        info = self._get(endpoint, "/info")
        containers = self._get(endpoint, "/containers/json?all=1")
        nodes, services = [], []
        swarm = bool((info.get("Swarm") or {}).get("ControlAvailable"))
        if swarm:
            nodes, services = self._get(endpoint, "/nodes"), self._get(endpoint, "/services")
        states = [container.get("State") for container in containers]
        images = self._get(endpoint, "/images/json")
        volumes = self._get(endpoint, "/volumes")
        return {
            "Time": int(time.time()),
            "DockerVersion": info.get("ServerVersion", ""),
            "Swarm": swarm,
            "NodeCount": len(nodes),
            "ServiceCount": len(services),
            "StackCount": len(_stacks(services)),
            "TotalCPU": _sum(nodes, "NanoCPUs") // 10**9 if swarm else info.get("NCPU", 0),
            "TotalMemory": _sum(nodes, "MemoryBytes") if swarm else info.get("MemTotal", 0),
            "ContainerCount": len(containers),
            "RunningContainerCount": states.count("running"),
            "StoppedContainerCount": len(states) - states.count("running"),
            "HealthyContainerCount": sum("(healthy)" in c.get("Status", "") for c in containers),
            "ImageCount": len(images),
            "VolumeCount": len(volumes.get("Volumes") or []),
        }

    def _get(self, endpoint: Record, target: str) -> Any:
        reply = self.ask(endpoint, "GET", target)
        if reply.status == 403 and endpoint["Type"] == AGENT_ENVIRONMENT:
            raise EngineRefusedError(PAIRED)
        if reply.status != 200:
            raise EngineRefusedError(_details(reply))
        try:
            return reply.json()
        except ValueError as error:
            raise EngineRefusedError(str(error)) from error


def _details(reply: EngineReply) -> str:
    try:
        value = reply.json()
        return str(value.get("details") or value.get("message"))
    except (ValueError, AttributeError):
        return f"status {reply.status}"


def _sum(nodes: list[Record], name: str) -> int:
    return sum(node["Description"]["Resources"].get(name, 0) for node in nodes)


def _stacks(services: list[Record]) -> set[str]:
    labels = [(service.get("Spec") or {}).get("Labels") or {} for service in services]
    return {
        each["com.docker.stack.namespace"]
        for each in labels
        if "com.docker.stack.namespace" in each
    }
