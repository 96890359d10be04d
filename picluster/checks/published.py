"""Whether the Swarm's services run, and their published ports answer from outside."""

import socket
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pydantic import AliasPath, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from picluster.checks.check import Check
from picluster.checks.cluster import Cluster
from picluster.checks.conditions import first
from picluster.checks.swarm_seen import LIMITED, ask_manager, no_manager
from picluster.checks.swarm_tasks import FORMAT, Slots, Task, parse_task, slots, takers
from picluster.checks.verdict import AskError, Problem, Verdict, judged, passed, skipped
from picluster.plan.portainer import AGENT_SERVICE

CONNECT_SECONDS = 3.0
SILENCE_SECONDS = 0.5
"""A port with nobody behind it closes a connection at once; a server waits to be spoken to."""

# A line for each task, then the services. Without all tasks a service would seem not to run.
_SCRIPT = f"""export LC_ALL=C
services=$({LIMITED} docker service ls -q) || exit
[ -n "$services" ] || {{ echo '[]'; exit 0; }}
{LIMITED} docker service ps --no-trunc --format '{FORMAT}' $services || exit
{LIMITED} docker service inspect $services"""

Place = tuple[str, int]
"""A board's name and a port."""


class Port(BaseModel):
    """A port that a service publishes."""

    model_config = ConfigDict(extra="ignore", frozen=True, validate_by_name=True)

    protocol: str = Field("tcp", alias="Protocol")
    number: int = Field(0, alias="PublishedPort")
    mode: str = Field("ingress", alias="PublishMode")


class Service(BaseModel):
    """A service of the Swarm."""

    model_config = ConfigDict(extra="ignore", frozen=True, validate_by_name=True)

    name: str = Field(validation_alias=AliasPath("Spec", "Name"))
    kind: dict[str, Any] = Field(validation_alias=AliasPath("Spec", "Mode"))
    ports: tuple[Port, ...] = Field((), validation_alias=AliasPath("Endpoint", "Ports"))
    restart: str = Field(
        "any", validation_alias=AliasPath("Spec", "TaskTemplate", "RestartPolicy", "Condition")
    )
    constraints: tuple[str, ...] = Field(
        (), validation_alias=AliasPath("Spec", "TaskTemplate", "Placement", "Constraints")
    )

    @property
    def is_to_stay(self) -> bool:
        """Whether its tasks are meant to run on and on; others end well."""
        return self.restart == "any" and bool({"Replicated", "Global"} & set(self.kind))

    @property
    def replicas(self) -> int | None:
        """How many tasks it is to have; None for one on each node."""
        wished = self.kind.get("Replicated")
        return None if wished is None else int(wished.get("Replicas", 1))


def parse(output: str) -> tuple[list[Service], list[Task]]:
    """The services and their tasks. Raises AskError."""
    lines = output.splitlines()
    tasks = [task for line in lines if (task := parse_task(line))]
    rest = [line for line in lines if not line.startswith("task|")]
    try:
        return TypeAdapter(list[Service]).validate_json("\n".join(rest)), tasks
    except ValidationError:
        raise AskError(
            f"docker service inspect answers something else than services: {output[:120]!r}",
            "sudo docker service ls on a manager has to list them",
        ) from None


def judge_tasks(
    services: Sequence[Service],
    tasks: Sequence[Task],
    active: Collection[str],
    silent: Collection[str],
) -> Iterator[Problem]:
    """Services that run less often than they should, for other reasons than boards that are silent.

    + active: boards that take tasks
    + silent: boards that do not answer
    """
    for service in filter(lambda one: one.is_to_stay, services):
        found = slots(
            [task for task in tasks if task.service == service.name],
            silent,
            takers(silent, active, service.constraints),
        )
        reason = (
            _short_of_boards(service, found, set(active) - set(silent))
            if service.replicas is None
            else _short_of_replicas(service, service.replicas, found, silent)
        )
        if reason:
            yield Problem(
                reason,
                f"sudo docker service ps --no-trunc {service.name} on a manager says why; sudo "
                f"docker service update --force {service.name} starts it anew",
            )


def _short_of_boards(service: Service, found: Slots, boards: Collection[str]) -> str | None:
    """Why a service does not run on the boards that it should; None where it does."""
    if not found.running:
        is_elsewhere = found.excused and not found.stuck
        return None if is_elsewhere else f"{service.name} runs on no board"
    # A service may keep away from boards by its constraints; the agent never does.
    wanted = set(boards if service.name == AGENT_SERVICE else found.stuck.values())
    if missing := sorted(wanted & set(boards) - set(found.running.values())):
        return f"{service.name} does not run on {', '.join(missing)}"
    return None


def _short_of_replicas(
    service: Service, wanted: int, found: Slots, silent: Collection[str]
) -> str | None:
    """Why a service has fewer tasks than it should; None where it has them."""
    here, away = len(found.running), len(found.excused)
    if here + away >= wanted:
        return None
    excused = f"; {', '.join(silent)} may account for {away} of the missing" if away else ""
    return f"{service.name} runs {here} times, wanted: {wanted}{excused}"


def boards_of(tasks: Sequence[Task]) -> dict[str, list[str]]:
    """Name of a service to the boards that it runs on."""
    found: dict[str, list[str]] = {}
    for task in tasks:
        if task.runs:
            found.setdefault(task.service, []).append(task.board)
    return found


def places(
    services: Sequence[Service], tasks: Mapping[str, Sequence[str]], boards: Sequence[str]
) -> dict[str, list[Place]]:
    """Where each service with TCP ports has to answer: in host mode where it runs, in ingress mode
    on every board.

    + tasks: name of a service to the boards that it runs on
    + boards: those that answer; a service that runs on none of them is left out
    """
    return {
        service.name: [
            (board, port.number)
            for port in service.ports
            if port.protocol == "tcp" and port.number
            for board in (
                boards
                if port.mode == "ingress"
                else sorted(set(tasks.get(service.name, ())) & set(boards))
            )
        ]
        for service in services
        if set(tasks.get(service.name, ())) & set(boards)
    }


def judge_ports(
    wanted: Mapping[str, Sequence[Place]], refusals: Mapping[Place, str]
) -> Iterator[Problem]:
    """Services whose ports do not answer.

    + refusals: why a port does not; those that do are not in it
    """
    for service, ports in wanted.items():
        closed = {place: refusals[place] for place in ports if place in refusals}
        if not closed:
            continue
        by_port = Counter(port for _, port in closed)
        for port in by_port:
            boards = [board for board, number in closed if number == port]
            reason = closed[boards[0], port]
            everywhere = len(boards) == sum(number == port for _, number in ports) > 1
            yield Problem(
                f"port {port} of {service} does not answer on {', '.join(boards)} ({reason})",
                f"sudo docker service logs {service} on a manager"
                + (
                    "; a kernel without ip_vs balances nothing: publish with mode: host "
                    "(docs/swarm.md)"
                    if everywhere
                    else ""
                ),
            )


def ask(cluster: Cluster) -> Verdict:
    """Asks a manager for services and tasks, and every published port for an answer."""
    services, tasks = parse(ask_manager(cluster, _SCRIPT))
    if not services:
        return skipped("the Swarm runs no service")
    active = [node.name for node in cluster.nodes if node.availability == "active"]
    problems = list(judge_tasks(services, tasks, active, cluster.silent))
    answering = [node.name for node in cluster.answering]
    wanted = places(services, boards_of(tasks), answering)
    every = sorted({place for listed in wanted.values() for place in listed})
    with ThreadPoolExecutor(max_workers=max(1, len(every))) as pool:
        said = pool.map(lambda place: refusal(cluster.address(place[0]), place[1]), every)
    refusals = {place: reason for place, reason in zip(every, said, strict=True) if reason}
    problems += judge_ports(wanted, refusals)
    if not every and not problems:
        return passed(f"{len(services)} services run; none publishes a TCP port")
    return judged(
        f"{len(services)} services run; {len(every) - len(refusals)} of {len(every)} ports answer",
        problems,
    )


def refusal(address: str, port: int) -> str | None:
    """Why nobody answers there; None where somebody does.

    The engine takes a connection itself, and drops it where no server listens in the container.
    """
    try:
        connection = socket.create_connection((address, port), CONNECT_SECONDS)
    except TimeoutError:
        return "no answer"
    except OSError as error:
        return error.strerror or str(error)
    with connection:
        connection.settimeout(SILENCE_SECONDS)
        try:
            return None if connection.recv(1) else "the connection is closed at once"
        except TimeoutError:
            return None  # it waits for a word
        except OSError as error:
            return error.strerror or str(error)


CHECK = Check(
    "services",
    "Services of the Swarm run, and answer from outside",
    "each service's tasks, and each TCP port that one publishes, in host mode on the boards that "
    "run it, in ingress mode on all",
    ask,
    first(no_manager),
)
