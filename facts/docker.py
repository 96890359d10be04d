"""Docker Engine: whether it runs, and with what it was started."""

from typing import TypedDict

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from facts.answer import Answer

RECORD = "/run/picluster/docker.started"
"""What the engine read at its start: its unit's invocation and the digest of its settings."""

# Nothing here talks to the engine: docker.socket would start one that is stopped. What is starting
# is waited for, so that it does not count as stopped; but not an engine that fails again and again.
_COMMAND = r"""export LC_ALL=C
if [ ! -d /run/systemd/system ]; then echo systemd=0; exit; fi
echo systemd=1
left=@wait@
look() {
  systemctl show --no-pager --property=ActiveState,SubState,UnitFileState,NeedDaemonReload,MainPID\
,InvocationID -- docker.service containerd.service
}
while state=$(look) && [ "$left" -gt 0 ]; do
  case $(echo "$state" | sed '/^$/,$d') in
  *SubState=auto-restart*) break ;;
  *ActiveState=activating*) ;;
  *) break ;;
  esac
  sleep 1
  left=$((left - 1))
done
echo "$state" | awk 'BEGIN { unit = "docker" } /^$/ { unit = "containerd"; next }
  { key = $0; sub(/=.*/, "", key); print unit "_" tolower(key) "=" substr($0, length(key) + 2) }'
echo "record=$(head -n 1 @record@ 2>/dev/null | tr -dc '[:print:]')"
pids=$(echo "$state" | sed -n 's/^MainPID=\([1-9][0-9]*\)$/\1/p')
for pid in $pids; do
  program=$(readlink "/proc/$pid/exe")
  case "$program" in *' (deleted)') echo "replaced=${program% (deleted)}" ;; esac
done
for name in iptables ip6tables; do
  case "$(readlink "/etc/alternatives/$name")" in
  *-legacy) if [ -x "/usr/sbin/$name-nft" ]; then echo "legacy=$name"; fi ;;
  esac
done
"""


class EngineState(TypedDict):
    """The Docker Engine of a board."""

    active: bool
    """Whether docker.service runs."""
    enabled: bool
    """Whether it starts at boot."""
    needs_reload: bool
    """Whether its unit's files have changed since systemd read them."""
    started_with: str | None
    """Digest that `before-docker` noted when the running engine started; None where it did not, or
    no engine runs."""
    replaced: list[str]
    """Programs of its processes (dockerd, containerd) that were replaced on disk meanwhile."""
    legacy: list[str]
    """Of iptables and ip6tables those that are the legacy ones though the nft ones are there."""


def parse_engine(output: list[str]) -> EngineState:
    """The board's answer as data; raises FactProcessError where it cannot be understood."""
    answer = Answer(output)
    if not answer.flag("systemd"):
        raise FactProcessError(
            "systemd does not run there (a chroot, or a container without it), so Docker cannot be "
            "looked after"
        )
    active = answer.required("docker_activestate") in ("active", "reloading")
    invocation, _, digest = (answer.text("record") or "").partition(" ")
    current = bool(invocation) and invocation == answer.text("docker_invocationid")
    return EngineState(
        active=active,
        enabled=answer.text("docker_unitfilestate") == "enabled",
        needs_reload=answer.required("docker_needdaemonreload") == "yes",
        started_with=digest if active and current else None,
        replaced=[path.rpartition("/")[2] for path in answer.all("replaced")] if active else [],
        legacy=answer.all("legacy"),
    )


class Engine(FactBase[EngineState | None]):
    """
    Returns whether Docker Engine runs, starts at boot, and with what it was started. An engine that
    is stopped stays so. ``None`` only where the fact failed, and the host with it.

    + wait: seconds that an engine which is just starting may take
    """

    @override
    def command(self, wait: int = 0) -> str:
        return _COMMAND.replace("@wait@", str(int(wait))).replace("@record@", RECORD)

    @override
    def process(self, output: list[str]) -> EngineState:
        return parse_engine(output)
