"""Debian packages: which are installed, and whether dpkg was interrupted."""

from typing import TypedDict

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from facts.answer import Answer
from facts.arguments import RefusedArgumentError, checked_names, refusal

POLICY_FILE = "/usr/sbin/policy-rc.d"
"""Keeps services from starting while their packages are installed (Debian's policy-rc.d)."""
POLICY_MARK = "# picluster: taken away again when the packages are installed"

# One pass over the database for both answers. `dpkg --audit` would also complain about packages
# without md5sums, which `dpkg --configure -a` does not mend: that would never come to rest.
_COMMAND = (
    r"""export LC_ALL=C
fields='${{Package}} ${{Architecture}} ${{db:Status-Status}} ${{db:Status-Eflag}} ${{Version}}\n'
dpkg-query -W -f "$fields" 2>/dev/null | awk -F '[ ]' -v wanted=' {packages} ' '
  index(wanted, " " $1 " ") || index(wanted, " " $1 ":" $2 " ") {{ print "package=" $0 }}
  $3 !~ /^(not-installed|config-files|installed)$/ || $4 != "ok" {{ broken = 1 }}
  END {{ print "known=" NR; print "broken=" (broken + 0) }}'
updates=0
for file in /var/lib/dpkg/updates/[0-9]*; do if [ -e "$file" ]; then updates=1; fi; done
echo "updates=$updates"
policy=0
if grep -qsxF '"""
    + POLICY_MARK
    + r"""' """
    + POLICY_FILE
    + r"""; then policy=1; fi
echo "policy=$policy"
"""
)

_NAME = r"[a-z0-9][a-z0-9+.-]+(:[a-z0-9-]+)?"
"""Debian policy 5.6.1, with an architecture after a colon."""


class PackagesState(TypedDict):
    """Packages of a board."""

    installed: dict[str, str | None]
    """Version of each, None for one that is not installed (or not completely)."""
    policy_left: bool
    """An installation was cut off before it took its policy-rc.d away."""
    interrupted: bool
    """Something is unpacked and not configured: `dpkg --configure -a` has work to do."""


def parse_packages(packages: list[str], output: list[str]) -> PackagesState:
    """The board's answer as data; raises FactProcessError where dpkg did not answer."""
    answer = Answer(output)
    if not answer.number("known"):
        raise FactProcessError("dpkg-query knows no package: is this Debian or Raspberry Pi OS?")
    installed: dict[str, str | None] = dict.fromkeys(packages)
    for line in answer.all("package"):
        fields = line.split(" ")
        if len(fields) < 4:
            raise FactProcessError(f"dpkg-query answered in an unknown form: {line!r}")
        package, architecture, status, *_ = fields
        if status == "installed":
            for key in {package, f"{package}:{architecture}"} & installed.keys():
                installed[key] = fields[-1]
    return PackagesState(
        installed=installed,
        policy_left=answer.flag("policy"),
        interrupted=answer.flag("broken") or answer.flag("updates"),
    )


class DebianPackages(FactBase[PackagesState | None]):
    """
    Returns the installed versions of packages, and whether dpkg was interrupted. A package on hold
    counts as installed. ``None`` only where the fact failed, and the host with it.

    + packages: names, with ``:arm64`` for the package of one architecture
    """

    _packages: tuple[str, ...] = ()

    @override
    def command(self, packages: list[str] | None = None) -> str:
        if packages is None:
            return refusal(RefusedArgumentError("name the packages, such as packages=curl"))
        try:
            self._packages = tuple(checked_names(packages, _NAME, "name of a Debian package"))
        except RefusedArgumentError as error:
            return refusal(error)
        return _COMMAND.format(packages=" ".join(self._packages))

    @override
    def process(self, output: list[str]) -> PackagesState:
        return parse_packages(list(self._packages), output)
