"""Whether something can be done about Portainer on a host now: if not, why, and what would help."""

from pyinfra import host, inventory, state

from operations.difference import unseen
from operations.portainer_access import Access
from operations.portainer_found import Found, found
from operations.swarm_evidence import planned as planned_hosts
from picluster.plan.errors import UserError
from picluster.plan.portainer import wrong_password


class LeftAloneError(ValueError):
    """Nothing is done on this host, or can be; the message says why."""


class NotNowError(Exception):
    """There is nothing to do on this host, or not yet; the message says why."""


def look(managers: list[str], server: str, access: Access, *, logs_in: bool = True) -> Found:
    """What is found. Raises LeftAloneError where that says that nothing can be done.

    + logs_in: whether the administrator's password is needed
    """
    if state.is_executing:
        try:
            access.keep()  # before a board gets what was made for this run
        except UserError as error:
            raise LeftAloneError(str(error)) from None
    if not isinstance(server, str) or inventory.get_host(server, None) is None:
        raise LeftAloneError(f"server: the inventory has no host {server!r}")
    seen = found(server, planned_hosts(managers), access)
    if reason := seen.seen.refusal(host.name) or seen.seen.verdict.undecided:
        raise LeftAloneError(reason)
    if state.is_executing and seen.actor is None and not seen.seen.verdict.through:
        # Before that, engines that are stopped may still be started.
        raise LeftAloneError("no board manages the Swarm: see what is said of the managers")
    if logs_in and (reason := wrong_password(seen.server, access.password_file)):
        raise LeftAloneError(reason)
    return seen


def no_manager(seen: Found, what: str) -> str | None:
    """Why what was asked for by hand cannot be done; doing nothing would look like success."""
    if seen.actor is not None or not seen.seen.verdict.through:
        return None
    names = ", ".join(seen.seen.verdict.through)
    return f"{what} is done through a manager, and none is part of this run: --limit {names}"


def absence(seen: Found) -> str | None:
    """Why nothing is known of the server; None where it answers."""
    if seen.server.answers:
        return None
    if seen.image is None:
        return "there is no server"
    return (
        f"the Swarm has Portainer's server on {seen.planned}, and this computer does not reach it: "
        f"{seen.server.unreachable}. Is a firewall between them, or another network?"
    )


def to_set_up(managers: list[str], server: str, access: Access) -> Found:
    """What is found, on the host that is to set the server up; where that is blank, before it runs.

    Raises LeftAloneError, and NotNowError on all other hosts and before the server can answer.
    """
    seen = look(managers, server, access)
    if host.name != seen.actor:
        raise NotNowError(f"{seen.actor or 'no manager'} does it")
    if (reason := absence(seen)) and not seen.is_blank:
        if seen.image is not None:
            # Its services may be what is to be mended first: then they have a difference.
            unseen("Portainer", reason, behind=[seen.planned, host.name])
        raise LeftAloneError(reason) if state.is_executing else NotNowError(reason)
    return seen
