"""Docker Engine: its settings, its packages, started, and restarted where it is not as wished.

Each operation is to be called on every host, in this order.
"""

from collections.abc import Mapping

from pyinfra import host
from pyinfra.api import FunctionCommand, StringCommand, operation

from operations import docker_found, docker_scripts, tree
from operations.difference import note
from operations.docker_changes import transaction, upgrade_or_restart
from operations.docker_notes import note_packages
from operations.docker_wishes import checked
from operations.failure import Commands, fail
from operations.values import WrongValueError, texts
from picluster.plan.docker_steps import package_changes, reasons_to_restart
from picluster.plan.tree import Entry


@operation()
def settings(
    entries: list[Entry], absent: list[str] | None = None, manifest: str | None = None
) -> Commands:
    """
    Keep files of Docker's as given, and let systemd read its units anew when they have changed.

    + entries: from `picluster.plan.tree`, as for `tree.files`
    + absent: paths that must not be there
    + manifest: a file on the board that remembers the list; what left it since is removed

    The engine is not restarted here: `roll` sees what it was started with.
    """
    found = docker_found.engine()
    if found is None:
        yield fail()
        return
    changed = False
    for command in tree.files._inner(entries=entries, absent=absent, manifest=manifest):
        changed = True
        docker_found.forget()
        yield command
    if changed or found["needs_reload"]:
        note("units of Docker", "other files than systemd knows", "read by systemd")
        docker_found.forget()
        yield StringCommand("systemctl daemon-reload")


@operation()
def install(
    packages: list[str],
    conflicting: list[str] | None = None,
    versions: Mapping[str, str] | None = None,
    hold: str | None = None,
) -> Commands:
    """
    Install Docker Engine, and remove what conflicts with it, where no engine has to stop for it.

    + packages: Debian packages of the wished engine
    + conflicting: packages of other ones, removed in the same transaction; data and configuration
      stay
    + versions: package to the version that it has to have, with apt's wildcards: `5:29.*`
    + hold: as for `packages.debian`

    An engine that runs is left to `roll`. Nothing starts; waits for another apt.

    **Example:**

    .. code:: python

        docker.install(
            name="Install Docker",
            packages=["docker-ce", "docker-ce-cli", "containerd.io"],
            conflicting=["docker.io", "containerd", "runc"],
            versions={"docker-ce": "5:29.*", "docker-ce-cli": "5:29.*"},
        )
    """
    try:
        wish = checked(packages, conflicting, versions)
    except WrongValueError as error:
        yield fail(str(error))
        return
    engine, installed = docker_found.engine(), docker_found.packages(wish.names)
    if engine is None or installed is None:
        yield fail()
        return
    changes = package_changes(installed["installed"], *wish)
    if not changes:
        host.noop(f"{len(wish.packages)} packages are installed")
        return
    if engine["active"] and changes.take_the_engine_away:
        host.noop(f"its engine runs and has to stop for it: {'; '.join(changes.reasons())}")
        return
    note_packages(changes, installed, wish)
    if hold is not None:
        yield fail(hold)
        return
    docker_found.forget()
    yield transaction(wish, changes, installed["interrupted"])


@operation()
def start() -> Commands:
    """
    Start Docker Engine where it does not run, and have it start at boot.

    Ends when the engine answers. One that runs is not restarted.
    """
    found = docker_found.engine()
    if found is None:
        yield fail()
        return
    if found["active"] and found["enabled"]:
        host.noop("Docker runs, and starts at boot")
        return
    if not found["active"]:
        note("Docker Engine", "does not run", "runs")
    if not found["enabled"]:
        note("Docker Engine", "does not start at boot", "starts at boot")
    docker_found.forget()
    yield docker_scripts.start()


@operation()
def roll(
    packages: list[str],
    conflicting: list[str] | None = None,
    versions: Mapping[str, str] | None = None,
    digest: str = "",
    managers: list[str] | None = None,
    hold: str | None = None,
) -> Commands:
    """
    Upgrade, replace or restart Docker Engines that run and are not as wished, one after the other.

    + packages: as for `install`
    + conflicting: as for `install`
    + versions: as for `install`
    + digest: of the wished settings, as the engine notes it when it starts
    + managers: names of the hosts that manage the Swarm, if there is one
    + hold: as for `packages.debian`

    Each board waits until those before it are back in their Swarm, and is left alone when one is
    not. An engine that refuses its settings goes on with its old ones. What it runs with is
    compared, so a run that was cut off is finished by the next one.
    """
    try:
        wish = checked(packages, conflicting, versions)
        managers = texts("managers", managers or [])
    except WrongValueError as error:
        yield fail(str(error))
        return
    engine, installed = docker_found.engine(), docker_found.packages(wish.names)
    if engine is None or installed is None:
        yield fail()
        return
    if not engine["active"]:
        host.noop("Docker does not run")
        return
    changes = package_changes(installed["installed"], *wish)
    reasons = reasons_to_restart(
        engine["started_with"], digest, engine["replaced"], engine["legacy"]
    )
    for reason in reasons:
        note("the Docker Engine that runs", reason, "runs as wished, from a restart on")
    steps = []
    if changes.take_the_engine_away:
        note_packages(changes, installed, wish)
        reasons = [*changes.reasons(), *reasons]
        steps.append(transaction(wish, changes, installed["interrupted"]))
    if not reasons:
        host.noop("Docker runs as wished")
        return
    if hold is not None:
        yield fail(hold)
        return
    docker_found.forget()
    steps.append(docker_scripts.restart(bool(steps) or "containerd" in engine["replaced"]))
    yield FunctionCommand(upgrade_or_restart, (managers, reasons, steps), {})
