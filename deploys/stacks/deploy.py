"""The deploy of the user's own stacks."""

from functools import cache

from pyinfra import host, logger
from pyinfra.api import deploy

from deploys import preflight
from deploys import swarm as swarm_deploy
from deploys.roles import managers
from deploys.stacks import composed
from facts.stacks import Stacks
from operations import peers, swarm, verify
from operations.acting import acting
from operations.failure import refuse as refuse_host
from operations.swarm_evidence import evidence
from operations.swarm_stack_evidence import silence
from picluster.plan.errors import UserError
from picluster.plan.stack_found import strangers
from picluster.plan.stacknames import RESERVED


def refuse() -> None:
    """Leaves every host alone when one of the compose files cannot be deployed."""
    _composed()


def _composed() -> tuple[composed.Composed, ...]:
    try:
        return composed.of_cluster(host.data.cluster)
    except UserError as error:
        refuse_host(str(error))


@deploy("Stacks")
def apply() -> None:
    """Has the stacks run that cluster.toml names, as their compose files say."""
    preflight.apply()
    swarm_deploy.refuse()
    names = managers()
    stacks = _composed()
    _notice(names)
    for stack in stacks:
        swarm.stack(
            name=f"Deploy {stack.name}",
            managers=names,
            stack=stack.name,
            compose=stack.text,
            files=stack.files,
            key=stack.key,
            keep=stack.keep,
        )
    verify.stacks(
        name="Verify that their tasks run",
        managers=names,
        names=[stack.name for stack in stacks],
    )


def _notice(names: list[str]) -> None:
    """Tells of stacks that left cluster.toml: they go on, with what may be kept in them."""
    seen = evidence(names)
    if acting(seen, names) != host.name or seen.verdict.is_new:
        return
    found = peers.ask(host.name, Stacks)
    if found is None:
        refuse_host(silence(host.name))
    wished = {stack.name for stack in host.data.cluster.stacks}
    for name in strangers(found, wished | set(RESERVED)):
        _tell(name)


@cache
def _tell(name: str) -> None:
    logger.warning(
        f"The stack {name} runs, which was deployed from here, and which cluster.toml does not "
        f"name any more. It is left alone; to remove it: sudo docker stack rm {name} on a manager"
    )
