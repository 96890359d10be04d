"""Docker's preflight: a board whose engine or data must not be touched refuses itself."""

import shlex
from typing import TypedDict

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from facts.answer import Answer
from facts.docker import RECORD
from picluster.plan.docker_refusals import FoundEngine, WishedEngine, refusals

# An engine that runs is asked only when it was not started with the wished settings; one that is
# stopped not at all, since docker.socket would start it.
_COMMAND = r"""export LC_ALL=C
codename=$(if [ -e /etc/os-release ]; then . /etc/os-release; else . /usr/lib/os-release; fi
  printf %s "${VERSION_CODENAME:-}")
echo "codename=$codename"
echo "architecture=$(dpkg --print-architecture)"
echo "docker_ce=$(dpkg-query -W -f '${db:Status-Status} ${Version}' docker-ce 2>/dev/null |
  sed -n '/^\(not-installed\|config-files\) /!s/.* //p')"
dockerd=$(command -v dockerd) || dockerd=
if [ -n "$dockerd" ] && dpkg-query -S "$dockerd" >/dev/null 2>&1; then dockerd=; fi
echo "foreign=$dockerd"
storage=@storage@ mounted=0
if [ -n "$storage" ] && mountpoint -q -- "$storage"; then mounted=1; fi
echo "mounted=$mounted"
wished=@data_root@
root=$(tr '\n' ' ' </etc/docker/daemon.json 2>/dev/null |
  sed -n 's/.*"\(data-root\|graph\)" *: *"\([^"]*\)".*/\2/p')
root=${root:-/var/lib/docker}
active=0
if systemctl --quiet is-active docker.service 2>/dev/null; then
  active=1
  record="$(systemctl show --property=InvocationID --value docker.service) "@digest@
  if [ "$(head -n 1 @record@ 2>/dev/null)" = "$record" ]; then root=$wished
  else root=$(timeout 20 docker info --format '{{.DockerRootDir}}' 2>/dev/null); fi
fi
echo "active=$active"
echo "data_root=$root"
in_swarm() { [ -e "$1/swarm/docker-state.json" ]; }
containers() { find "$1/containers" -mindepth 1 -maxdepth 1 -type d 2>/dev/null | wc -l; }
swarm=0 copied=0
if in_swarm "$root"; then swarm=1; fi
if { in_swarm "$wished" || ! in_swarm "$root"; } &&
  [ "$(containers "$wished")" -ge "$(containers "$root")" ]; then copied=1; fi
echo "in_swarm=$swarm"
echo "containers=$(containers "$root")"
echo "copied=$copied"
"""


class Platform(TypedDict):
    """What packages are chosen by; it does not change during a run."""

    codename: str | None
    """Of the Debian release, such as bookworm."""
    architecture: str
    """Debian's name of it, such as arm64."""


class DockerPreflight(FactBase[Platform | None]):
    """
    Returns release and architecture of a board whose engine may be touched; any other fails the
    fact, and so its host, with all reasons.

    + source: wished source, docker-ce or debian
    + version: wished version of docker-ce, such as 29
    + data_root: wished data root
    + digest: of the wished settings, as the engine notes it when it starts
    + storage: mount point that the data root is to lie in
    + accepted_major: a major that an installed docker-ce may be brought to
    """

    @override
    def command(
        self,
        source: str,
        version: str,
        data_root: str,
        digest: str,
        storage: str | None = None,
        accepted_major: str | int | None = None,
    ) -> str:
        accepted = None if accepted_major is None else str(accepted_major)
        self._wished = WishedEngine(source, version, data_root, storage, accepted)
        values = {
            "@storage@": shlex.quote(storage or ""),
            "@data_root@": shlex.quote(data_root),
            "@digest@": shlex.quote(digest),
            "@record@": RECORD,
        }
        command = _COMMAND
        for key, value in values.items():
            command = command.replace(key, value)
        return command

    @override
    def process(self, output: list[str]) -> Platform:
        answer = Answer(output)
        active, root = answer.flag("active"), answer.text("data_root")
        if root is None:
            raise FactProcessError(
                "its Docker engine runs and does not answer: see `journalctl -u docker` there"
            )
        found = FoundEngine(
            docker_ce=answer.text("docker_ce"),
            foreign=answer.text("foreign"),
            mounted=answer.flag("mounted"),
            data_root=root,
            active=active,
            in_swarm=answer.flag("in_swarm"),
            containers=answer.number("containers") or 0,
            copied=answer.flag("copied"),
        )
        if reasons := refusals(found, self._wished):
            raise FactProcessError("Docker is not touched: " + "; and ".join(reasons))
        return Platform(
            codename=answer.text("codename"), architecture=answer.required("architecture")
        )
