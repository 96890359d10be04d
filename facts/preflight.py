"""The preflight: a board that is not what was declared refuses itself."""

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from facts.answer import Answer
from facts.board import PiBoard, parse_board
from facts.boot import Boot, parse_boot
from facts.clock import ClockSkew
from facts.system import System, parse_system
from picluster.plan.preflight import Declared, Found, refusals

# Each part in a shell of its own, so that none can spoil another's variables or output.
_COMMAND = """if sudo -n true 2>/dev/null; then echo sudo=1; else echo sudo=0; fi
echo "user=$(id -un)"
({board}
)
({system}
)
({boot}
)
({clock}
)"""


class Preflight(FactBase[str | None]):
    """
    Returns the release of a board that is as declared, such as ``bookworm``; any other board fails
    the fact, and so its host, with all reasons. To be called without sudo, which is one of the
    things it looks at.

    + node: name in cluster.toml
    + model: declared model
    + memory_mb: declared memory in MiB
    + releases: accepted releases
    + wait: seconds that its clock may take to become right
    """

    @override
    def command(
        self, node: str, model: str, memory_mb: int, releases: list[str], wait: int = 0
    ) -> str:
        self._declared = Declared(node, model, memory_mb, tuple(releases))
        self._clock = ClockSkew()
        return _COMMAND.format(
            board=PiBoard().command(),
            system=System().command(),
            boot=Boot().command(),
            clock=self._clock.command(wait=wait),
        )

    @override
    def process(self, output: list[str]) -> str:
        answer = Answer(output)
        board, system, boot = parse_board(output), parse_system(output), parse_boot(output)
        found = Found(
            is_pi=board["is_pi"],
            title=board["title"],
            model=board["model"],
            memory_mb=board["memory_mb"],
            revision=board["revision"],
            machine=board["machine"],
            architecture=board["architecture"],
            codename=system["codename"],
            skew_seconds=self._clock.process(output)["skew_seconds"],
            sudo=answer.flag("sudo"),
            user=answer.required("user"),
            cmdline_path=boot["cmdline_path"],
            has_root_argument=any(word.startswith("root=") for word in boot["arguments"]),
        )
        reasons = refusals(self._declared, found)
        if reasons:
            raise FactProcessError(f"{self._declared.name} is refused: " + "; and ".join(reasons))
        return str(found.codename)
