"""Portainer on a board: its data on the disk, and who holds its port."""

import re
import shlex
from typing import TypedDict

from pyinfra.api import FactBase
from typing_extensions import override

from facts.answer import Answer
from facts.arguments import RefusedArgumentError, refusal

# A stopped engine would be started by the question for containers, so the unit is looked at first.
# `ss` shows who listens; a port that a container publishes is Docker's own process to it.
UNKNOWN = "?"
"""The image where the engine is in a Swarm and did not tell in time."""

_COMMAND = r"""export LC_ALL=C PATH="$PATH:/usr/sbin"
root=$(sed -n 's/.*"data-root"[^"]*"\([^"]*\)".*/\1/p' /etc/docker/daemon.json 2>/dev/null)
data=${root:-/var/lib/docker}/volumes/@volume@/_data
there=0 broken=0
if [ -s "$data/portainer.db" ]; then there=1; fi
if [ -e "$data/chisel/private-key.pem" ] && [ ! -s "$data/chisel/private-key.pem" ]; then
  broken=1
fi
echo "data=$there"
echo "broken_key=$broken"
echo "path=$data"
listener=$(ss -Hltnp "sport = :@port@" 2>/dev/null | sed -n 's/.*users:(("\([^"]*\)".*/\1/p' |
  head -n 1)
echo "listener=$listener"
holder= service= image= active=0
if systemctl --quiet is-active docker.service; then active=1; fi
if [ $active = 1 ]; then
  image=$(timeout 10 docker service inspect \
    --format '{{.Spec.TaskTemplate.ContainerSpec.Image}}' @server@ 2>&1) || case "$image" in
    *'no such service'* | *'not a swarm manager'* | *'not part of a swarm'*) image= ;;
    *) image=@unknown@ ;;
  esac
fi
if [ -n "$listener" ] && [ $active = 1 ]; then
  holder=$(timeout 10 docker ps --filter publish=@port@ --format '{{.Names}}' | head -n 1)
  service=$(timeout 10 docker ps --filter publish=@port@ \
    --format '{{.Label "com.docker.swarm.service.name"}}' | head -n 1)
fi
echo "holder=$holder"
echo "service=$service"
echo "image=$image"
"""


class BoardState(TypedDict):
    """What a board has of Portainer."""

    data: bool
    """The server's database is on its disk."""
    broken_key: bool
    """A start that was cut off has left an empty key, with which no server ever starts again."""
    path: str
    """Where the server's volume keeps its data."""
    listener: str | None
    """The process that listens on the port, None where none does."""
    holder: str | None
    """The container that publishes the port."""
    service: str | None
    """The service that this container belongs to."""
    image: str | None
    """Of the server's service, as a manager knows it; None on other boards, too. `UNKNOWN` where
    the engine did not tell."""


class Portainer(FactBase[BoardState | None]):
    """
    Returns what a board has of Portainer's server. ``None`` only where the fact failed, and the
    host with it.

    + volume: name of the volume with the server's data
    + port: TCP port of its page
    + server: name of the server's service
    """

    @override
    def command(self, volume: str, port: int, server: str) -> str:
        for name, kind in ((volume, "volume"), (server, "service")):
            if not re.fullmatch("[A-Za-z0-9][A-Za-z0-9_.-]*", str(name), re.ASCII):
                return refusal(RefusedArgumentError(f"{name!r} is no name of a {kind}"))
        if isinstance(port, bool) or not isinstance(port, int) or not 1 <= port <= 65535:
            return refusal(RefusedArgumentError(f"{port!r} is no TCP port"))
        values = {
            "@volume@": shlex.quote(volume),
            "@port@": str(port),
            "@server@": shlex.quote(server),
            "@unknown@": UNKNOWN,
        }
        command = _COMMAND
        for key, value in values.items():
            command = command.replace(key, value)
        return command

    @override
    def process(self, output: list[str]) -> BoardState:
        answer = Answer(output)
        return BoardState(
            data=answer.flag("data"),
            broken_key=answer.flag("broken_key"),
            path=answer.required("path"),
            listener=answer.text("listener"),
            holder=answer.text("holder"),
            service=answer.text("service"),
            image=answer.text("image"),
        )
