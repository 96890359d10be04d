"""Lists that the agents of all nodes put together."""

from typing import Any

MERGED = ("/containers/json", "/images/json", "/volumes")


def merge(path: str, answers: list[tuple[str, Any]]) -> Any:
    """One list of (node, its engine's answer); each item says which node it is of."""
    if path != "/volumes":
        return [_marked(item, node) for node, items in answers for item in items]
    volumes = [
        _marked(item, node) for node, answer in answers for item in answer.get("Volumes") or []
    ]
    return {"Volumes": volumes, "Warnings": None}


def _marked(item: dict[str, Any], node: str) -> dict[str, Any]:
    return item | {"Portainer": {"Agent": {"NodeName": node}}}
