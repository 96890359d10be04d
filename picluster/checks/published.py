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
from picluster.checks.swarm_seen import ask_manager, no_manager
from picluster.checks.verdict import AskError, Problem, Verdict, judged, passed, skipped
from picluster.plan.portainer import AGENT_SERVICE

CONNECT_SECONDS = 3.0
SILENCE_SECONDS = 0.5
"""A port with nobody behind it closes a connection at once; a server waits to be spoken to."""

# A line for each task that is to run, then the services.
_SCRIPT = """export LC_ALL=C
services=$(timeout 8 sudo -n docker service ls -q) || exit
[ -n "$services" ] || { echo '[]'; exit 0; }
timeout 8 sudo -n docker service ps --filter desired-state=running --no-trunc \
  --format 'task {{.Name}} {{.Node}} {{.CurrentState}}' $services
timeout 8 sudo -n docker service inspect $services"""

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

    @property
    def is_to_stay(self) -> bool:
        """Whether its tasks are meant to run on and on; others end well."""
        return self.restart == "any" and bool({"Replicated", "Global"} & set(self.kind))

    @property
    def replicas(self) -> int | None:
        """How many tasks it is to have; None for one on each node."""
        wished = self.kind.get("Replicated")
        return None if wished is None else int(wished.get("Replicas", 1))


def parse(output: str) -> tuple[list[Service], dict[str, list[str]]]:
    """The services, and the name of each to the boards that it runs on. Raises AskError."""
    tasks: dict[str, list[str]] = {}
    rest = []
    for line in output.splitlines():
        words = line.split()
        if words[:1] == ["task"] and len(words) >= 4:
            if words[3] == "Running":
                tasks.setdefault(words[1].rpartition(".")[0], []).append(words[2])
        else:
            rest.append(line)
    try:
        return TypeAdapter(list[Service]).validate_json("\n".join(rest)), tasks
    except ValidationError:
        raise AskError(
            f"docker service inspect answers something else than services: {output[:120]!r}",
            "sudo docker service ls on a manager has to list them",
        ) from None


def judge_tasks(
    services: Sequence[Service],
    tasks: Mapping[str, Sequence[str]],
    active: Collection[str],
    silent: Collection[str],
) -> Iterator[Problem]:
    """Services that do not run as often as they should.

    + active: boards that take tasks; of those that are `silent` nothing is expected
    """
    for service in filter(lambda one: one.is_to_stay, services):
        here = [board for board in tasks.get(service.name, ()) if board not in silent]
        remedy = (
            f"sudo docker service ps --no-trunc {service.name} on a manager says why; sudo docker "
            f"service update --force {service.name} starts it anew"
        )
        if service.replicas is None:
            # A service may keep away from boards by its constraints; the agent never does.
            if not here:
                yield Problem(f"{service.name} runs on no board", remedy)
            elif service.name == AGENT_SERVICE and (
                missing := sorted(set(active) - set(silent) - set(here))
            ):
                yield Problem(f"{service.name} does not run on {', '.join(missing)}", remedy)
        elif len(here) < service.replicas and not silent:
            yield Problem(
                f"{service.name} runs {len(here)} times, wanted: {service.replicas}", remedy
            )


def places(
    services: Sequence[Service], tasks: Mapping[str, Sequence[str]], boards: Sequence[str]
) -> dict[str, list[Place]]:
    """Where each service with TCP ports has to answer: in host mode where it runs, in ingress mode
    on every board."""
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
        if tasks.get(service.name)
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
    wanted = places(services, tasks, [node.name for node in cluster.answering])
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
