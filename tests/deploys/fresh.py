"""An answer of a fake board that may be another one each time."""

from collections.abc import Callable
from typing import Any

from typing_extensions import override


class Fresh(dict[str, Any]):
    """An answer that is made when it is asked for, such as one with the time of now."""

    def __init__(self, make: Callable[[], str]) -> None:
        super().__init__(success=True)
        self._make = make

    @override
    def get(self, key: str, default: Any = None) -> Any:
        return self._make() if key == "stdout" else super().get(key, default)
