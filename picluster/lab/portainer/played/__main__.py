"""`python3 -m played server [FLAG…]` and `python3 -m played agent`."""

import signal
import sys
from types import FrameType

from .fatal import FatalError


def _stop(_number: int, _frame: FrameType | None) -> None:
    """As a container's first process this has no default for the signal of `docker stop`."""
    sys.exit(0)


def main(arguments: list[str]) -> int:
    """The exit code of a server or an agent."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        # Only what is needed is imported: an agent shares a board of 1 GB with everything else.
        match arguments:
            case ["server", *flags]:
                from .server import run as run_server

                run_server(flags)
            case ["agent"]:
                from .agent import run as run_agent

                run_agent()
            case _:
                print("usage: played server [FLAG…] | agent", file=sys.stderr)
                return 2
    except FatalError as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
