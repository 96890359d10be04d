"""How a Swarm is told to change: commands on its managers, and requests to a board's engine."""

import json
from collections.abc import Iterable
from typing import Any

from pyinfra import inventory
from pyinfra import state as context
from pyinfra.api import Host, QuoteString, StringCommand
from pyinfra.connectors.util import CommandOutput

from operations import peers
from operations.swarm_evidence import Evidence

SOCKET = "/run/docker.sock"


def manage(
    seen: Evidence, command: str, *words: str, through: Iterable[str] | None = None
) -> tuple[bool, str]:
    """Runs a command on the first manager on which it succeeds; the last reason why it did not."""
    reason = "no manager can be asked"
    for name in seen.verdict.through if through is None else through:
        line = StringCommand(command, *map(QuoteString, words))
        done, output = peers.run(inventory.get_host(name), line, show=context.print_input)
        if done:
            return True, ""
        reason = f"{name}: {peers.reason(output)}"
    return False, reason


def post(host: Host, path: str, body: dict[str, Any]) -> tuple[bool, str]:
    """A request that sends something; whether it was done, and the answer or what was said."""
    return request(host, "POST", path, json.dumps(body))


def request(host: Host, method: str, path: str, body: str | None = None) -> tuple[bool, str]:
    """An HTTP request to a host's engine: whether it was done, and its answer or what it said.

    The body goes in on standard input and nothing is printed: it may hold a join token.
    """
    command = StringCommand(
        f"curl --silent --show-error --unix-socket {SOCKET} --request {method}",
        "--header 'Content-Type: application/json' --write-out '\\n%{http_code}'",
        "--data @-" if body is not None else "",
        QuoteString(f"http://docker{path}"),
    )
    done, output = peers.run(host, command, _stdin=body)
    *lines, code = output.stdout_lines or [""]
    answer = "\n".join(lines)
    if done and code.strip().startswith("2"):
        return True, answer
    try:
        return False, str(json.loads(answer)["message"])
    except (ValueError, KeyError, TypeError):
        # Not by what it printed: half an answer may hold the token.
        errors = [line for line in output.combined_lines if line.buffer_name == "stderr"]
        return False, peers.reason(CommandOutput(errors))
