"""`@override` for a Python 3.11 that has nothing but Debian's packages."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import override
else:

    def override(method: Callable[..., Any]) -> Callable[..., Any]:
        """Marks a method for the type checker, which is not here."""
        return method


__all__ = ["override"]
