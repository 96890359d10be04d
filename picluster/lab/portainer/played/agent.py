"""The agent: a board's engine for a server that it trusts, and the way to all other agents."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from .agent_client import AgentAddress
from .certificate import passing_context
from .engine import EngineReply, ask
from .fatal import FatalError, fatal, log
from .generation import API_OF_AGENT, played_version
from .gossip import Gossip, Member
from .merging import MERGED, merge
from .node import own_address, read_node
from .refusal import RefusedError
from .signature import PUBLIC_KEY, SIGNATURE, Verifier
from .web import Reply, Request, SecureServer, json_reply, refusal_reply

MEMBER_SECONDS = 20
FORWARDED = "X-Played-Forwarded"
ROLE_SECONDS = float(os.environ.get("PLAYED_ROLE_SECONDS", "15"))
_FOR_ENGINE = ("Content-Type", "X-Registry-Auth", "X-Registry-Config")
_FOR_AGENT = (*_FOR_ENGINE, PUBLIC_KEY, SIGNATURE)


class Agent:
    """What an agent answers."""

    def __init__(self, version: str, gossip: Gossip, verifier: Verifier, port: int) -> None:
        self._version = version
        self._gossip = gossip
        self._verifier = verifier
        self._port = port

    def answer(self, request: Request) -> Reply:
        """Pings are for all, the rest for the server that signs."""
        try:
            reply = self._checked(request)
        except RefusedError as refused:
            reply = refusal_reply(refused)
        reply.headers += [
            ("Portainer-Agent", self._version),
            ("Portainer-Agent-Api-Version", API_OF_AGENT),
            ("Portainer-Agent-Platform", "1"),
        ]
        return reply

    def _checked(self, request: Request) -> Reply:
        if request.path == "/ping":
            return Reply(204)
        key, signature = request.headers.get(PUBLIC_KEY), request.headers.get(SIGNATURE)
        if not key or not signature:
            raise RefusedError(403, "Missing request signature headers", "Unauthorized")
        if not self._verifier.accepts(key, signature):
            raise RefusedError(403, "Invalid request signature", "Unauthorized")
        if request.path == "/agents":
            return json_reply([self._shown(member) for member in self._gossip.members()])
        if FORWARDED in request.headers:
            return _reply_of(self._own_engine(request))
        if request.method == "GET" and request.path in MERGED:
            return self._merged(request)
        return _reply_of(self._managing_engine(request))

    def _shown(self, member: Member) -> dict[str, object]:
        return {
            "IPAddress": member.address,
            "Port": str(self._port),
            "NodeName": member.node,
            "NodeRole": member.role,
            "EdgeKeySet": False,
        }

    def _merged(self, request: Request) -> Reply:
        members = self._gossip.members()
        with ThreadPoolExecutor(len(members)) as together:
            lists = list(together.map(lambda member: self._list_of(member, request), members))
        answers = [(m.node, one) for m, one in zip(members, lists, strict=True) if one is not None]
        return json_reply(merge(request.path, answers))

    def _list_of(self, member: Member, request: Request) -> object:
        """What a member has; None when it does not say, which the others need not suffer for."""
        try:
            answer = self._ask(member, request)
        except RefusedError:
            return None
        return answer.json() if answer.status == 200 else None

    def _managing_engine(self, request: Request) -> EngineReply:
        managers = [m for m in self._gossip.members() if m.role == "manager"]
        if not managers:
            raise RefusedError(
                500,
                "The agent was unable to contact any other agent located on a manager node",
                "Unable to find an agent on any manager node",
            )
        own = self._gossip.own
        return self._ask(own if own in managers else managers[0], request)

    def _ask(self, member: Member, request: Request) -> EngineReply:
        if member == self._gossip.own:
            return self._own_engine(request)
        headers = {name: request.headers[name] for name in _FOR_AGENT if name in request.headers}
        try:
            return AgentAddress(member.address, self._port).ask(
                request.method,
                request.target,
                request.body,
                headers | {FORWARDED: "1"},
                MEMBER_SECONDS,
            )
        except OSError as error:
            raise RefusedError(
                500, "Unable to proxy the request via the Docker socket", str(error)
            ) from error

    @staticmethod
    def _own_engine(request: Request) -> EngineReply:
        headers = {name: request.headers[name] for name in _FOR_ENGINE if name in request.headers}
        try:
            return ask(request.method, request.target, request.body, headers)
        except OSError as error:
            raise RefusedError(
                500, "Unable to proxy the request via the Docker socket", str(error)
            ) from error


def _reply_of(engine: EngineReply) -> Reply:
    kept = {"api-version", "ostype", "docker-experimental", "location"}
    headers = [(name, value) for name, value in engine.headers if name.lower() in kept]
    kind = next((value for name, value in engine.headers if name.lower() == "content-type"), "")
    return Reply(engine.status, engine.body, kind, headers)


def run() -> None:
    """Serves without an end; raises FatalError."""
    version = played_version()
    host = os.environ.get("AGENT_HOST", "")
    port = int(os.environ.get("AGENT_PORT", "9001"))
    node = read_node()
    address = own_address(host)
    cluster = os.environ.get("AGENT_CLUSTER_ADDR", "")
    if node.in_swarm and not cluster:
        raise fatal(
            "AGENT_CLUSTER_ADDR environment variable is required when deploying the agent "
            "inside a Swarm cluster"
        )
    gossip = Gossip(
        Member(address, node.name, node.role if node.in_swarm else "manager"),
        cluster.partition(":")[0] or address,
        int(os.environ.get("PLAYED_GOSSIP_PORT", "7946")),
    )
    # As the real one, which gives the name service this time before it looks for its peers.
    time.sleep(float(os.environ.get("PLAYED_AGENT_DELAY_SECONDS", "3")))
    threading.Thread(target=gossip.run, daemon=True).start()
    threading.Thread(target=_follow_role, args=(gossip,), daemon=True).start()
    verifier = Verifier(os.environ.get("AGENT_SECRET", ""))
    agent = Agent(version, gossip, verifier, port)
    server = SecureServer((host, port), passing_context([address]), agent.answer)
    log("info", "stand-in for Portainer's agent", version=version, node=node.name, address=address)
    server.serve_forever(poll_interval=3600)


def _follow_role(gossip: Gossip) -> None:
    """A node may be promoted, demoted, renamed while the agent runs."""
    while True:
        time.sleep(ROLE_SECONDS)
        try:
            node = read_node()
        except FatalError:
            continue
        if node.in_swarm:
            gossip.rename(node.name, node.role)
