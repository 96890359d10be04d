"""A stack of services in the Swarm, from a compose file."""

from collections.abc import Callable, Mapping

from pyinfra import host, state
from pyinfra.api import FunctionCommand, operation

from facts.stacks import Stacks
from operations import peers, swarm_stack_changes
from operations.acting import acting
from operations.difference import note
from operations.failure import Commands, fail
from operations.swarm_evidence import evidence, planned
from operations.swarm_stack_evidence import silence
from operations.values import WrongValueError
from picluster.plan.hidden import Hidden
from picluster.plan.stack import StackError, StackWish, parse_stack
from picluster.plan.stack_checks import is_stack_name
from picluster.plan.stack_found import StacksState, compare, objects_of, services_of

Keep = Callable[[], None]

WAIT_SECONDS = 600
"""A Pi 3 takes minutes to fetch and unpack an image of some hundred MB."""


@operation()
def stack(
    managers: list[str],
    stack: str,
    compose: Hidden | str = "",
    files: Mapping[str, bytes] | None = None,
    key: Hidden | str = "",
    present: bool = True,
    wait_seconds: int = WAIT_SECONDS,
    keep: Keep | None = None,
) -> Commands:
    """
    Have a stack run as its compose file says, or remove it with its configs and secrets.

    + managers: names of the hosts that are to manage the Swarm, the strongest first
    + stack: the stack's name
    + compose: the compose file's text, as `docker stack deploy` takes it; not needed for removal
    + files: path, as the compose file writes it, to the content of a config or secret
    + key: of the digests by which contents are compared; needed where there are secrets
    + present: False removes the services and networks; volumes stay on their boards
    + wait_seconds: how long its tasks may take until they run
    + keep: called before anything is deployed, for a key that was made for this run; may raise
      UserError

    To be called on every host; one manager acts. Deployed is only what differs from what runs:
    another compose file, or a service that was changed by hand. Services, networks, configs and
    secrets that left the file are removed; configs and secrets get a new name with each content.
    Fails where tasks do not run in time, or fail again and again, and says which and why.

    **Example:**

    .. code:: python

        swarm.stack(
            name="Deploy hello",
            managers=["pi8", "pi4", "pi2a"],
            stack="hello",
            compose=Path("stacks/hello.yml").read_text(),
            files={"hello.html": Path("stacks/hello.html").read_bytes()},
        )
    """
    try:
        managers = planned(managers)
        wish = _wish(stack, compose, files or {}, key) if present else None
        _check(stack, wait_seconds)
    except (ValueError, StackError) as error:
        yield fail(str(error))
        return
    seen = evidence(managers)
    if reason := seen.refusal(host.name) or seen.verdict.undecided:
        yield fail(reason)
        return
    actor = acting(seen, managers)
    if host.name != actor:
        # Engines that are stopped may be started before this is done.
        if actor is None and state.is_executing and not seen.verdict.through:
            yield fail("no board manages the Swarm: see what is said of the managers")
            return
        host.noop(f"{actor or 'a manager'} cares for the stack {stack}")
        return
    if seen.verdict.is_new:
        if wish is None:
            host.noop("there is no Swarm yet, and so no stack")
        else:
            note(f"stack {stack}", "there is no Swarm yet", "runs as its compose file says")
            yield _deploy(wish, wait_seconds, keep)
        return
    found = peers.ask(host.name, Stacks)
    if found is None:
        yield fail(silence(host.name))
    elif wish is None:
        yield from _remove(stack, found)
    else:
        yield from _compare(wish, found, wait_seconds, keep)


def _compare(wish: StackWish, found: StacksState, wait_seconds: int, keep: Keep | None) -> Commands:
    changes = compare(wish, found)
    if changes.impossible is not None:
        yield fail(changes.impossible)
        return
    if not changes.reasons:
        host.noop(f"the stack {wish.name} is as its compose file says")
        return
    for reason in changes.reasons:
        note(f"stack {wish.name}", reason, "runs as its compose file says")
    yield _deploy(wish, wait_seconds, keep)


def _remove(name: str, found: StacksState) -> Commands:
    networks = [network for network in found["networks"] if network["stack"] == name]
    if not services_of(found, name) and not networks and not [*objects_of(found, name)]:
        host.noop(f"there is no stack {name}")
        return
    note(f"stack {name}", "there", "gone, with its networks, configs and secrets")
    yield FunctionCommand(swarm_stack_changes.remove, (name,), {})


def _deploy(wish: StackWish, wait_seconds: int, keep: Keep | None) -> FunctionCommand:
    return FunctionCommand(swarm_stack_changes.deploy, (wish, wait_seconds, keep), {})


def _wish(
    name: str, compose: Hidden | str, files: Mapping[str, bytes], key: Hidden | str
) -> StackWish:
    _check(name, 1)
    text = compose.text if isinstance(compose, Hidden) else compose
    secret = key.text if isinstance(key, Hidden) else key
    if not isinstance(text, str) or not isinstance(secret, str):
        raise WrongValueError("compose and key take texts")
    wish = parse_stack(name, text, lambda path: files[path], secret.encode())
    if not secret and any(blob.kind == "secrets" for blob in wish.blobs):
        raise WrongValueError(
            f"the stack {name} has secrets: give a key, without which their digests would tell "
            "of them"
        )
    return wish


def _check(name: str, wait_seconds: int) -> None:
    if not isinstance(name, str) or not is_stack_name(name):
        raise WrongValueError(f"{name!r} is no name of a stack: small letters, digits and hyphens")
    if isinstance(wait_seconds, bool) or not isinstance(wait_seconds, int) or wait_seconds < 1:
        raise WrongValueError(f"wait_seconds is {wait_seconds!r}: write a whole number of seconds")
