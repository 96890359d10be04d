"""Single things spoilt by hand in Portainer: its services, its label, its environment."""

from functools import partial

from tests.conftest import LabUnderTest
from tests.lab import accidents, portainer_seen, seen
from tests.lab.drifts.drift import Spoil, drift
from tests.lab.portainer_seen import AGENT, BOARD, SERVER

_spoilt = partial(drift, "Portainer", "pi8")

AGENTS, DEPLOY, SHOW = "Deploy the agents", "Deploy the server", "Show it the Swarm"
CHANGED = "changed since its deploy"


def _service(command: str) -> str:
    return f"docker service {command}"


def environment_deleted(lab: LabUnderTest) -> None:
    """As on the page of environments."""
    for environment in portainer_seen.environments(lab):
        portainer_seen.call(lab, "DELETE", f"/endpoints/{environment['Id']}", BOARD)


def _then_gone(command: str, service: str) -> Spoil:
    """What ends a service's containers, with the wait for their end."""

    def spoil(lab: LabUnderTest) -> None:
        seen.shell(lab.boards["pi8"], command)
        accidents.wait_for(
            lambda: (
                not any(
                    seen.shell(board, f"docker ps -q --filter name={service}").strip()
                    for board in lab.boards.values()
                )
            ),
            f"{service} goes on",
        )

    return spoil


DRIFTS = {
    "the environment deleted": _spoilt(
        environment_deleted, {SHOW}, {"Portainer's environment of the Swarm: none -> there"}
    ),
    "the agents' service updated by hand": _spoilt(
        _service(f"update --detach --env-add LOG_LEVEL=DEBUG {AGENT}"),
        {AGENTS},
        {f"{AGENT}.*{CHANGED}"},
    ),
    "the agents' service removed": _spoilt(
        _then_gone(f"docker service rm {AGENT}", AGENT), {AGENTS}, {f"{AGENT}.*missing"}
    ),
    "the server's service updated by hand": _spoilt(
        _service(f"update --detach --env-add A=b {SERVER}"), {DEPLOY}, {f"{SERVER}.*{CHANGED}"}
    ),
    "the server scaled to none": _spoilt(
        _then_gone(f"docker service scale --detach {SERVER}=0", SERVER),
        {DEPLOY},
        {f"{SERVER}.*{CHANGED}"},
    ),
    "the server's service removed": _spoilt(
        _then_gone(f"docker service rm {SERVER}", SERVER), {DEPLOY}, {f"{SERVER}.*missing"}
    ),
    "the label of the server's board removed": drift(
        "Portainer",
        BOARD,
        _then_gone(f"docker node update --label-rm portainer.data {BOARD}", SERVER),
        {"Label the server's board"},
        {"label portainer.data: not set -> true"},
    ),
    "the label on a second board": drift(
        "Portainer",
        "pi1a",
        lambda lab: seen.shell(
            lab.boards["pi8"], "docker node update --label-add portainer.data=true pi1a"
        ),
        {"Label the server's board"},
        {"label portainer.data: true -> not set"},
    ),
}
