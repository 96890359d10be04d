"""All operations of the project, found and not listed: a new one cannot be forgotten."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any, get_type_hints

import operations


def all_operations() -> dict[str, Any]:
    """The operations by name, such as `system.hostname`."""
    return dict(_found())


def _found() -> Iterator[tuple[str, Any]]:
    for module in pkgutil.walk_packages(operations.__path__, "operations."):
        loaded = importlib.import_module(module.name)
        for name, value in sorted(vars(loaded).items()):
            if hasattr(value, "_inner") and value.__module__ == module.name:
                yield f"{module.name.removeprefix('operations.')}.{name}", value


def text_parameters() -> list[tuple[str, str]]:
    """Operation and parameter, for each parameter that texts can come in by."""
    found = []
    for name, operation in all_operations().items():
        hints = get_type_hints(operation._inner)
        for parameter in inspect.signature(operation._inner).parameters:
            if any(word in str(hints[parameter]) for word in ("str", "Entry", "Path", "Any")):
                found.append((name, parameter))
    return found
