"""What changes a Docker Engine: apt's transaction, and the restart of one that runs."""

from pyinfra import logger
from pyinfra.api import Host, State, StringCommand

from operations import peers, rolling
from operations.apt import installation
from operations.docker_wishes import Wish
from operations.failure import failed
from picluster.plan.docker_steps import PackageChanges, with_versions

TIMEOUT_SECONDS = 1800
"""apt on a Pi 3 with a slow card, and waiting for another apt before."""


def transaction(wish: Wish, changes: PackageChanges, interrupted: bool) -> StringCommand:
    """One apt transaction for all changes; nothing starts, and only what is removed stops."""
    return installation(
        with_versions(changes.missing, wish.versions),
        # Mending completes what is half-installed now, also where it is to go.
        list(wish.conflicting if interrupted else changes.conflicting),
        interrupted,
        with_versions(changes.outdated, wish.versions),
    )


def upgrade_or_restart(
    state: State, host: Host, managers: list[str], reasons: list[str], steps: list[StringCommand]
) -> bool:
    """Does the steps on this host when the Swarm can spare it; False fails the host.

    + managers: names of the hosts that manage the Swarm
    + reasons: why, for people
    + steps: commands in their order; one that fails is the last
    """

    def act() -> bool:
        logger.info(f"{host.print_prefix}because {'; '.join(reasons)}")
        for command in steps:
            done, output = peers.run(host, command, _timeout=TIMEOUT_SECONDS)
            if not done:
                return failed(host, output.stderr.strip() or "the connection broke")
        return True

    return rolling.step(state, host, managers, "Docker restarts", act)
