"""The stacks of a Swarm, as one of its managers knows them."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from typing_extensions import override

from facts.answer import Answer
from facts.arguments import RefusedArgumentError, refusal
from picluster.plan.stack import CONTENT, NAMESPACE, NETWORK, SPEC, WISH
from picluster.plan.stack_found import FoundObject, FoundService, FoundTask, StacksState

T = TypeVar("T")

# Environments may hold secrets: services leave the board as fingerprints. What the tasks of a
# service should be is what is both in the service and in its tasks, where defaults are not filled
# in, and what placement says is left out: it may change while a task stays.
_TEMPLATE = (
    "{{with .ContainerSpec}}{{json .Image}}{{json .Command}}{{json .Args}}{{json .Env}}"
    "{{json .Configs}}{{json .Secrets}}{{json .Mounts}}{{end}}{{json .ForceUpdate}}"
)
_SERVICE = (
    r'm {"id":{{json .ID}},"name":{{json .Spec.Name}},"labels":{'
    + ",".join(
        f'"{key}":{{{{json (index .Spec.Labels "{label}")}}}}'
        for key, label in (("stack", NAMESPACE), ("wish", WISH), ("spec", SPEC))
    )
    + "}"
    r',"mode":{{json .Spec.Mode}},"update":{{json .UpdateStatus}}'
    r',"restart":{{json .Spec.TaskTemplate.RestartPolicy}}}{{"\n"}}'
    r's {{.ID}} {{json .Spec}}{{"\n"}}t {{.ID}} {{with .Spec.TaskTemplate}}' + _TEMPLATE + "{{end}}"
)
_TASK = (
    r'm {"id":{{json .ID}},"service":{{json .ServiceID}},"slot":{{json .Slot}}'
    r',"node":{{json .NodeID}},"desired":{{json .DesiredState}},"state":{{json .Status.State}}'
    r',"error":{{json .Status.Err}},"container":{{json .Status.ContainerStatus}}}{{"\n"}}'
    r"t {{.ID}} {{with .Spec}}" + _TEMPLATE + "{{end}}"
)


def _listed(kind: str, label: str) -> str:
    line = f'{{"id":"{{{{.ID}}}}","name":"{{{{.Name}}}}","stack":"{{{{.Label "{NAMESPACE}"}}}}"'
    return (
        f"docker {kind} ls --filter label={NAMESPACE} "
        f"""--format '{line},"digest":"{{{{.Label "{label}"}}}}"}}'"""
    )


# Out of the fingerprint of a service are left our own labels, how often it was made to start anew,
# and empty values: another version of docker prints other ones of these. Beginning and end of a
# text are quotation marks, which are escaped within it, so that no pattern begins in a text.
# A service or task that ends between two questions is asked about in vain: so services are listed
# again, and of the tasks those count that are described.
_COMMAND = r"""export LC_ALL=C
if ! systemctl --quiet is-active docker.service; then
  echo refused=its Docker engine does not run, so the stacks of its Swarm are not known
  exit
fi
ask() {
  if said=$(timeout 60 "$@" 2>&1); then return; fi
  echo "refused=docker: $(printf %s "$said" | tail -n 1)"
  exit
}
fingerprints() {
  printf '%s\n' "$2" | sed -n "s/^$3 //p" | while read -r id text; do
    echo "$1=$id $(printf %s "$text" | sha256sum | cut -c -64)"
  done
}
meanings() { printf '%s\n' "$1" | sed -n 's/^m //p' | base64 -w0; }
spare='":\(null\|false\|0\|""\|{}\|\[\]\)'
inspect_services() {
  ask docker service ls --quiet --filter label=@namespace@
  ids=$said said=
  [ -z "$ids" ] || said=$(timeout 60 docker service inspect --format '@service@' $ids 2>/dev/null)
}
services=
if inspect_services || inspect_services || inspect_services; then
  services=$(printf '%s\n' "$said" | sed -e '/^s /!b' \
    -e 's/"org\.picluster\.[a-z]*":"[^"]*",\{0,1\}//g' -e 's/"ForceUpdate":[0-9]*,\{0,1\}//' -e :a \
    -e 's/"[A-Za-z]*'"$spare"',//g' -e 's/,\{0,1\}"[A-Za-z]*'"$spare"'}/}/g' -e ta)
else
  echo refused=docker lists services that it does not describe
  exit
fi
echo "services=$(meanings "$services")"
fingerprints fingerprint "$services" s
fingerprints template "$services" t
ask @networks@
echo "networks=$(printf %s "$said" | base64 -w0)"
ask @configs@
echo "configs=$(printf %s "$said" | base64 -w0)"
ask @secrets@
echo "secrets=$(printf %s "$said" | base64 -w0)"
if [ @tasks@ = 0 ]; then exit; fi
tasks=
if [ -n "$ids" ]; then
  tasks=$(timeout 60 docker service ps --quiet --no-trunc $ids 2>/dev/null)
  if [ -n "$tasks" ]; then
    tasks=$(timeout 60 docker inspect --type task --format '@task@' $tasks 2>/dev/null)
  fi
fi
echo "tasks=$(meanings "$tasks")"
fingerprints task_template "$tasks" t
ask docker node ls --format '{{.ID}} {{.Hostname}}'
printf '%s\n' "$said" | sed 's/^/node=/'
"""


def parse_stacks(output: list[str], tasks: bool = False) -> StacksState:
    """The manager's answer as data; raises FactProcessError where it cannot be understood."""
    answer = Answer(output)
    try:
        return StacksState(
            services=_services(answer),
            networks=_objects(answer, "networks"),
            configs=_objects(answer, "configs"),
            secrets=_objects(answer, "secrets"),
            tasks=_tasks(answer) if tasks else None,
        )
    except (KeyError, TypeError, AttributeError):
        raise FactProcessError("docker told of its stacks in an unknown form") from None


def _decoded(answer: Answer, key: str, make: Callable[[dict[str, Any]], T]) -> list[T]:
    lines = (answer.file(key, f"the answer of docker ({key})") or b"").decode().splitlines()
    try:
        return [make(json.loads(line)) for line in lines if line]
    except ValueError:
        raise FactProcessError(f"docker's answer ({key}) is no JSON") from None


def _pairs(answer: Answer, key: str) -> dict[str, str]:
    return {first: second for first, _, second in (line.partition(" ") for line in answer.all(key))}


def _services(answer: Answer) -> list[FoundService]:
    fingerprints, templates = _pairs(answer, "fingerprint"), _pairs(answer, "template")

    def service(data: dict[str, Any]) -> FoundService:
        mode, restart = data["mode"], data["restart"] or {}
        replicated = mode.get("Replicated") or mode.get("ReplicatedJob")
        replicas = None
        if replicated is not None:
            replicas = replicated.get("Replicas", replicated.get("TotalCompletions", 1))
        is_job = "ReplicatedJob" in mode or "GlobalJob" in mode
        return FoundService(
            id=data["id"],
            name=data["name"],
            stack=data["labels"]["stack"],
            wish=data["labels"]["wish"],
            spec=data["labels"]["spec"],
            fingerprint=fingerprints[data["id"]],
            replicas=replicas,
            restarts=not is_job and restart.get("Condition", "any") == "any",
            update=(data["update"] or {}).get("State") or "",
            template=templates[data["id"]],
        )

    return _decoded(answer, "services", service)


def _objects(answer: Answer, kind: str) -> list[FoundObject]:
    return _decoded(
        answer,
        kind,
        lambda data: FoundObject(
            id=data["id"], name=data["name"], stack=data["stack"], digest=data["digest"]
        ),
    )


def _tasks(answer: Answer) -> list[FoundTask]:
    templates, nodes = _pairs(answer, "task_template"), _pairs(answer, "node")

    def task(data: dict[str, Any]) -> FoundTask:
        container = data["container"] or {}
        return FoundTask(
            id=data["id"],
            service=data["service"],
            slot=data["slot"] or 0,
            node=nodes.get(data["node"], data["node"]),
            desired=data["desired"],
            state=data["state"],
            error=data["error"] or "",
            exited=data["state"] == "failed" and bool(container.get("ContainerID")),
            template=templates[data["id"]],
        )

    return _decoded(answer, "tasks", task)


class Stacks(FactBase[StacksState | None]):
    """
    Returns all stacks of the Swarm that a host manages: services, networks, configs and secrets by
    their names and labels, never their contents. ``None`` only where the fact failed, and the host
    with it.

    + tasks: whether the services' tasks are told, too
    """

    @override
    def command(self, tasks: bool = False) -> str:
        if not isinstance(tasks, bool):
            return refusal(RefusedArgumentError(f"tasks is {tasks!r}: write True or False"))
        values = {
            "@namespace@": NAMESPACE,
            "@service@": _SERVICE,
            "@networks@": _listed("network", NETWORK),
            "@configs@": _listed("config", CONTENT),
            "@secrets@": _listed("secret", CONTENT),
            "@tasks@": str(int(tasks)),
            "@task@": _TASK,
        }
        command = _COMMAND
        for key, value in values.items():
            command = command.replace(key, value)
        return command

    @override
    def process(self, output: list[str]) -> StacksState:
        return parse_stacks(output, any(line.startswith("tasks=") for line in output))
