"""The Portainer deploy, and what is done for it by hand: heal, backup, restore."""

from pathlib import Path

from pyinfra import host, inventory, logger
from pyinfra.api import deploy

from deploys import preflight
from deploys import swarm as swarm_deploy
from deploys.portainer import access, settings
from deploys.roles import managers
from operations import portainer, swarm, verify
from operations.difference import unseen
from operations.failure import refuse as refuse_host
from operations.portainer_found import Found, found
from picluster.plan import layout
from picluster.plan import portainer as plan
from picluster.plan.errors import UserError
from picluster.plan.hidden import Hidden


def _server() -> str:
    """The host that carries the server."""
    wished = layout.portainer(host.data.cluster)
    return next(other.name for other in inventory if other.data.node.name == wished)


def _secrets() -> access.Secrets:
    """The cluster's; every host is left alone where one of them cannot be used."""
    try:
        return access.of_cluster()
    except UserError as error:
        refuse_host(str(error))


def _found() -> Found:
    return found(_server(), managers(), _secrets().access)


def refuse() -> None:
    """Leaves every host alone when Portainer is not to be touched: all read the same evidence."""
    if host.data.cluster.portainer.enabled and (reason := _reason()):
        refuse_host(reason)


def _reason(*, restoring: bool = False) -> str | None:
    """Why nothing may be touched, and what to do.

    + restoring: its data and its version are about to be replaced
    """
    seen, secrets = _found(), _secrets()
    file = secrets.access.password_file
    reasons = [
        plan.moved_data(seen.planned, seen.boards),
        plan.taken_port(seen.planned, seen.board),
    ]
    if not restoring:
        reasons += [
            plan.broken_key(seen.planned, seen.board),
            plan.unknown_password(
                seen.planned,
                has_data=seen.has_data and seen.server.administrator is not False,
                is_known=secrets.password_is_known,
                file=file,
            ),
            plan.older_version(
                seen.version, host.data.cluster.portainer.version, has_data=seen.has_data
            ),
            plan.wrong_password(seen.server, file),
        ]
    return next((reason for reason in reasons if reason is not None), None)


_noticed: set[str] = set()


def _notice(seen: Found) -> None:
    left = plan.left_over_data(seen.planned, seen.boards)
    notices = plan.notices(seen.server)
    if left:
        notices.append(
            f"{', '.join(left)} also have data of a Portainer server, which nobody uses: the "
            f"volume {plan.VOLUME}."
        )
    for notice in notices:
        _tell(notice)


def _tell(notice: str) -> None:
    if notice not in _noticed:
        _noticed.add(notice)
        logger.warning(notice)


def _begin(*, restoring: bool = False) -> None:
    """What comes first in each of these deploys."""
    preflight.apply()
    swarm_deploy.refuse()
    if reason := _reason(restoring=restoring):
        refuse_host(reason)


def _is_out_of_reach(seen: Found) -> bool:
    """Whether the server's board does not answer: then nobody knows what data it has."""
    if seen.board is None:
        why = (
            f"{seen.planned}, which is to carry Portainer's server, does not answer: Portainer is "
            "left as it is. Run again when it is back"
        )
        _tell(why)
        unseen("Portainer", why, behind=[seen.planned])
    return seen.board is None


def _label() -> None:
    swarm.node(
        name="Label the server's board",
        managers=managers(),
        labels=settings.labels(host.name == _server()),
        prefix=settings.PREFIX,
        availability=None,  # the Swarm deploy's
    )


@deploy("Portainer")
def apply() -> None:
    """Agents on all nodes and a server on one, with an administrator, that sees all of them."""
    cluster = host.data.cluster
    if not cluster.portainer.enabled:
        _remove()
        return
    _begin()
    if _is_out_of_reach(_found()):
        return
    _notice(_found())
    names, server, secrets = managers(), _server(), _secrets()
    _label()
    if str(host.data.get("portainer_backup")) != "no":
        portainer.backup(
            name="Back up before an upgrade",
            managers=names,
            server=server,
            access=secrets.access,
            version=cluster.portainer.version,
            folder=str(secrets.folder / "backups"),
        )
    swarm.stack(
        name="Deploy the agents",
        managers=names,
        stack=plan.AGENT_STACK,
        compose=Hidden(settings.agent_stack(cluster, secrets.agent_secret)),
        key=secrets.stack_key,
        keep=secrets.access.keep,
    )
    swarm.stack(
        name="Deploy the server",
        managers=names,
        stack=plan.SERVER_STACK,
        compose=Hidden(
            settings.server_stack(cluster, secrets.agent_secret, secrets.access.setup_token.text)
        ),
        files={"cert": secrets.certificate, "key": secrets.key},
        key=secrets.stack_key,
        keep=secrets.access.keep,
    )
    portainer.administrator(
        name="Make the administrator", managers=names, server=server, access=secrets.access
    )
    portainer.environment(
        name="Show it the Swarm",
        managers=names,
        server=server,
        access=secrets.access,
        label=cluster.cluster.name,
    )
    _heal()


def _heal() -> None:
    names, server, how = managers(), _server(), _secrets().access
    portainer.agents(
        name="Restart agents that lost each other", managers=names, server=server, access=how
    )
    verify.portainer(
        name="Verify that it sees all nodes", managers=names, server=server, access=how
    )


@deploy("Portainer")
def heal() -> None:
    """Restarts the agents when they have lost each other."""
    _begin()
    _heal()


@deploy("Portainer")
def backup() -> None:
    """Fetches an encrypted backup to this computer."""
    _begin()
    secrets = _secrets()
    portainer.backup(
        name="Back up",
        managers=managers(),
        server=_server(),
        access=secrets.access,
        version=host.data.cluster.portainer.version,
        folder=str(secrets.folder / "backups"),
        always=True,
    )


@deploy("Portainer")
def restore(file: str) -> None:
    """Begins Portainer's server anew with the data of a backup: deploys.portainer.restore FILE."""
    _begin(restoring=True)
    cluster, secrets = host.data.cluster, _secrets()
    _label()
    portainer.restore(
        name="Restore the backup",
        managers=managers(),
        server=_server(),
        access=secrets.access,
        file=str(Path(file).expanduser()),
        version=cluster.portainer.version,
        compose=Hidden(
            settings.server_stack(cluster, secrets.agent_secret, secrets.access.setup_token.text)
        ),
        files={"cert": secrets.certificate, "key": secrets.key},
        key=secrets.stack_key,
    )
    _heal()


def _remove() -> None:
    """Takes the services away; the data stays in its volume."""
    preflight.apply()
    swarm_deploy.refuse()
    swarm.node(
        name="Take the label from the server's board",
        managers=managers(),
        labels={},
        prefix=settings.PREFIX,
        availability=None,  # the Swarm deploy's
    )
    for title, stack in (("server", plan.SERVER_STACK), ("agents", plan.AGENT_STACK)):
        swarm.stack(name=f"Remove the {title}", managers=managers(), stack=stack, present=False)
