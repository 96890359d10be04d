"""Hadoop's daemons on a board: their units, the programs they run, their users, and Java."""

from typing import TypedDict

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from facts.answer import Answer
from facts.arguments import RefusedArgumentError, checked_names, refusal
from facts.service import Services, ServiceState, parse_services

# Java has its class path open for good: it goes on with what was there when it started, cut off or
# not, and misses a class of it days later. Two seconds, since what was unpacked just before a start
# may look as young as the process. The age counts in the computer's own time, not the clock's.
#
# Java counts as there when dpkg has configured it: an unpacked one does not start.
_COMMAND = r"""({services}
)
export LC_ALL=C
changed() {{
  age=$(ps -o etimes= -p "$1") || return 1
  tr '\0:' '\n\n' <"/proc/$1/cmdline" | sed -n 's,^\(/.*\)/\*$,\1,p' | while read -r folder; do
    if [ ! -d "$folder" ]; then echo gone; fi
    find "$folder" -maxdepth 1 -newerct "$((age - 2)) seconds ago" -print -quit 2>/dev/null
  done | grep -q .
}}
number=0
for unit in {units}; do
  pid=$(systemctl show --property=MainPID --value -- "$unit")
  if [ "${{pid:-0}}" != 0 ] && changed "$pid"; then echo "replaced=$number"; fi
  number=$((number + 1))
done
for user in {users}; do echo "account=$user $(id -nG -- "$user" 2>/dev/null)"; done
if getent group {group} >/dev/null; then echo group=1; else echo group=0; fi
java=$(readlink -f /usr/lib/jvm/default-java/bin/java)
version=$(printf '%s\n' "$java" | sed -n 's,.*/java-\([0-9]*\)-openjdk-[^/]*/bin/java$,\1,p')
states=$(dpkg-query -W -f '${{db:Status-Status}} ' -- default-jre-headless \
  "openjdk-$version-jre-headless" 2>/dev/null)
if [ -x "$java" ] && [ "$states" = 'installed installed ' ]; then echo "java=$version"
else echo java=; fi
lacking=
for tool in {tools}; do command -v "$tool" >/dev/null || lacking="$lacking $tool"; done
echo "lacking=$lacking"
for package in {packages}; do
  echo "package=$package $(dpkg-query -W -f '${{db:Status-Status}}' -- "$package" 2>/dev/null)"
done
"""

TOOLS = ("bash", "curl", "rsync")
"""Programs that daemons are looked after with; Debian's packages of them have the same names."""

_UNIT = r"[a-z][a-z0-9-]*[.]service"
_NAME = r"[a-z_][a-z0-9_-]*"
_PACKAGE = r"[a-z0-9][a-z0-9.+-]+"


class DaemonsState(TypedDict):
    """What a board has for its daemons."""

    units: dict[str, ServiceState]
    """Replaced counts as well a folder of the class path that was removed or changed since."""
    accounts: dict[str, list[str] | None]
    """Groups of each user, None for a user that is not there."""
    group: bool
    """Whether the group is there."""
    java: int | None
    """Version of Debian's Java, None where it is not installed, or not completely."""
    lacking: list[str]
    """Those of `TOOLS` that are not there."""
    missing: list[str]
    """Of the packages asked for, those that dpkg has not installed, or not completely."""


def parse_daemons(
    units: list[str], users: list[str], packages: list[str], output: list[str]
) -> DaemonsState:
    """The board's answer as data; raises FactProcessError where it cannot be understood."""
    services, answer = parse_services(units, [], output), Answer(output)
    accounts: dict[str, list[str] | None] = {}
    for line in answer.all("account"):
        user, *groups = line.split()
        accounts[user] = groups or None
    if accounts.keys() != set(users):
        raise FactProcessError(f"the board told of users {list(accounts)}, asked for {users}")
    statuses = dict(line.partition(" ")[::2] for line in answer.all("package"))
    if statuses.keys() != set(packages):
        raise FactProcessError(f"the board told of packages {list(statuses)}, asked for {packages}")
    return DaemonsState(
        units=services["units"],
        accounts=accounts,
        group=answer.flag("group"),
        java=answer.number("java"),
        lacking=(answer.text("lacking") or "").split(),
        missing=[name for name, status in statuses.items() if status != "installed"],
    )


class Daemons(FactBase[DaemonsState | None]):
    """
    Returns the units of daemons, whether their programs are still those that lie on the disk, the
    users that they run as, and Java. ``None`` only where the fact failed, and the host with it.

    + units: names, such as ``hdfs-namenode.service``
    + users: names
    + group: name of the group that all of them are in
    + packages: of Debian's, such as ``python3-numpy``
    """

    _asked: tuple[list[str], list[str], list[str]] = ([], [], [])

    @override
    def command(
        self,
        units: list[str] | None = None,
        users: list[str] | None = None,
        group: str = "hadoop",
        packages: list[str] | None = None,
    ) -> str:
        if not units or not users:
            return refusal(RefusedArgumentError("name units and users, such as users=hdfs"))
        try:
            self._asked = (
                checked_names(units, _UNIT, "service of systemd"),
                checked_names(users, _NAME, "name of a user"),
                checked_names(packages or [], _PACKAGE, "name of a package"),
            )
            checked_names([group], _NAME, "name of a group")
        except RefusedArgumentError as error:
            return refusal(error)
        return _COMMAND.format(
            services=Services().command(units=self._asked[0]),
            units=" ".join(self._asked[0]),
            users=" ".join(self._asked[1]),
            group=group,
            tools=" ".join(TOOLS),
            packages=" ".join(self._asked[2]),
        )

    @override
    def process(self, output: list[str]) -> DaemonsState:
        return parse_daemons(*self._asked, output)
