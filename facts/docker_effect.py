"""Whether the memory limits of containers really limit them."""

from typing import TypedDict

from pyinfra.api import FactBase
from typing_extensions import override

from facts.answer import Answer

VERIFIED = "/run/picluster/docker.verified"
"""The invocation of docker.service whose limits were seen to work."""

_KILLED = 137  # 128 + SIGKILL, which is how the kernel ends a process that is over its limit

# The container holds nothing but dd, which fills 64 MiB of memory: that it can do without a limit
# too, so the board is not in danger. Its image is made of the board's own files, so that nothing
# has to be pulled.
_COMMAND = r"""export LC_ALL=C
invocation=$(systemctl show --property=InvocationID --value docker.service)
active=0
if systemctl --quiet is-active docker.service; then active=1; fi
echo "active=$active"
verified=0
if [ -n "$invocation" ] && [ "$(cat @verified@ 2>/dev/null)" = "$invocation" ]; then verified=1; fi
echo "verified=$verified"
if [ "$active" = 0 ] || [ "$verified" = 1 ]; then exit 0; fi
folder=$(mktemp -d)
name=picluster-memory-limit-$$ image=
trap 'docker rm --force $name; docker rmi --force $image; rm -rf "$folder"' EXIT >/dev/null 2>&1
dd=$(command -v dd)
cp --parents -L -t "$folder" "$dd" $(ldd "$dd" | grep -o '/[^ )]*')
image=$(tar -C "$folder" -c . | timeout 60 docker import - 2>&1)
said=$(timeout 60 docker run --rm --name $name --network none --memory 16m --memory-swap 16m \
  "$image" "$dd" if=/dev/zero of=/dev/null bs=64M count=1 2>&1)
code=$?
echo "code=$code"
echo "said=$(echo "$said" | tr '\n' ' ' | tr -dc '[:print:]')"
if [ $code = @killed@ ]; then mkdir -p @folder@ && echo "$invocation" >@verified@; fi
"""


class LimitState(TypedDict):
    """Memory limits of containers on a board."""

    complaint: str | None
    """What is wrong with them and what to do; None when they hold."""


class MemoryLimit(FactBase[LimitState | None]):
    """
    Returns whether a container with a memory limit is killed beyond it. Runs such a container once
    for each start of the engine. ``None`` only where the fact failed, and the host with it.
    """

    @override
    def command(self) -> str:
        values = {
            "@verified@": VERIFIED,
            "@folder@": VERIFIED.rpartition("/")[0],
            "@killed@": str(_KILLED),
        }
        command = _COMMAND
        for key, value in values.items():
            command = command.replace(key, value)
        return command

    @override
    def process(self, output: list[str]) -> LimitState:
        return LimitState(complaint=_complaint(Answer(output)))


def _complaint(answer: Answer) -> str | None:
    if not answer.flag("active"):
        return "Docker does not run: see `journalctl -u docker` there"
    if answer.flag("verified"):
        return None
    code, said = answer.number("code"), answer.text("said") or "nothing"
    if code == _KILLED:
        return None
    if code != 0:
        return f"a container to try memory limits with did not run (exit code {code}): {said}"
    return (
        "a container took 64 MB of memory though its limit was 16 MB, so no limit of a service "
        "holds there: is cgroup_enable=memory in /proc/cmdline? The base deploy sets it and "
        f"reboots. Docker said: {said}"
    )
