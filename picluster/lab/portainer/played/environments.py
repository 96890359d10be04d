"""Environments: what the server has to do with an engine or a Swarm."""

from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from .agent_client import address_of
from .data import Data, Record
from .environment_record import creation_of, new_record
from .payload import form_of, json_fields
from .reach import EngineRefusedError, Reach
from .refusal import RefusedError
from .web import Reply, Request, json_reply

UP, DOWN = 1, 2
_PARTIAL = ("Name", "URL", "PublicURL", "GroupID", "TagIDs")
_STORED = {"GroupID": "GroupId", "TagIDs": "TagIds"}
_UNABLE = "Unable to initiate communications with environment"


class Environments:
    """The environments of an instance."""

    def __init__(self, data: Data, reach: Reach) -> None:
        self._data = data
        self._reach = reach

    def get(self, number: str) -> Record:
        """One by its number in a path."""
        if not number.isdigit():
            raise RefusedError(
                400, "Invalid environment identifier route variable", f"invalid value {number!r}"
            )
        for endpoint in self._data.content["endpoints"]:
            if endpoint["Id"] == int(number):
                return dict(endpoint)
        raise RefusedError(
            404, "Unable to find an environment with the specified identifier inside the database"
        )

    def show_all(self, request: Request) -> Reply:
        """GET /endpoints"""
        query = request.query
        every = self._data.content["endpoints"]
        wanted = [
            endpoint
            for endpoint in every
            if query.get("name") in (None, "", endpoint["Name"])
            and query.get("search", "").lower() in f"{endpoint['Name']} {endpoint['URL']}".lower()
        ]
        if query.get("excludeSnapshots") == "true":
            wanted = [endpoint | {"Snapshots": []} for endpoint in wanted]
        counts = [("X-Total-Count", str(len(wanted))), ("X-Total-Available", str(len(every)))]
        return json_reply(wanted, headers=counts)

    def create(self, request: Request) -> Reply:
        """POST /endpoints"""
        wish = creation_of(form_of(request))
        if self._has_name(wish.name):
            raise RefusedError(409, "Name is not unique")
        number = self._data.next_id("endpoints")
        endpoint = new_record(number, wish)
        if wish.is_agent:
            endpoint["Agent"] = {"Version": version_of_agent(endpoint)}
        try:
            endpoint["Snapshots"] = [self._reach.snapshot(endpoint)]
        except (OSError, EngineRefusedError) as error:
            raise RefusedError(500, _UNABLE, str(error)) from error
        self.add(endpoint)
        return json_reply(endpoint)

    def add(self, endpoint: Record) -> None:
        """Keeps a new environment."""
        with self._data.change() as content:
            content["endpoints"].append(endpoint)

    def update(self, request: Request, number: str) -> Reply:
        """PUT /endpoints/{id}"""
        endpoint = self.get(number)
        fields = json_fields(request)
        name = fields.get("name")
        if name and name != endpoint["Name"] and self._has_name(name):
            raise RefusedError(409, "Name is not unique")
        changes: dict[str, Any] = {
            _STORED.get(name, name): fields[name.lower()]
            for name in _PARTIAL
            if fields.get(name.lower()) is not None
        }
        tls = dict(endpoint["TLSConfig"])
        for name in ("TLS", "TLSSkipVerify"):
            if fields.get(name.lower()) is not None:
                tls[name] = bool(fields[name.lower()])
        return json_reply(self._replace(endpoint["Id"], changes | {"TLSConfig": tls}))

    def delete(self, number: str) -> Reply:
        """DELETE /endpoints/{id}"""
        endpoint = self.get(number)
        with self._data.change() as content:
            kept = [other for other in content["endpoints"] if other["Id"] != endpoint["Id"]]
            content["endpoints"] = kept
        return Reply(204)

    def snapshot(self, number: str) -> Reply:
        """POST /endpoints/{id}/snapshot: 204 whatever comes of it."""
        self.refresh(self.get(number))
        return Reply(204)

    def refresh_all(self) -> None:
        """A new look at all of them."""
        for endpoint in list(self._data.content["endpoints"]):
            self.refresh(endpoint)

    def refresh(self, endpoint: Record) -> None:
        """A new look at one: up with a snapshot, or down."""
        try:
            changes = {"Snapshots": [self._reach.snapshot(endpoint)], "Status": UP}
        except (OSError, EngineRefusedError):
            changes = {"Status": DOWN}
        self._replace(endpoint["Id"], changes)

    def proxy(self, request: Request, number: str, path: str) -> Reply:
        """Any call of the Engine's API, by way of /endpoints/{id}/docker."""
        endpoint = self.get(number)
        query = urlsplit(request.target).query
        target = str(PurePosixPath("/", path)) + (f"?{query}" if query else "")
        names = ("Content-Type", "X-Registry-Auth", "X-Registry-Config")
        headers = {name: request.headers[name] for name in names if name in request.headers}
        try:
            answer = self._reach.ask(endpoint, request.method, target, request.body, headers)
        except OSError:
            return Reply(502)
        dropped = {"connection", "content-length", "content-type", "date", "server"}
        dropped.add("transfer-encoding")
        kind = next((value for name, value in answer.headers if name.lower() == "content-type"), "")
        passed = [(name, value) for name, value in answer.headers if name.lower() not in dropped]
        return Reply(answer.status, answer.body, kind, passed)

    def _has_name(self, name: str) -> bool:
        return any(endpoint["Name"] == name for endpoint in self._data.content["endpoints"])

    def _replace(self, number: int, changes: Record) -> Record:
        changed: Record = {}
        with self._data.change() as content:
            for endpoint in content["endpoints"]:
                if endpoint["Id"] == number:
                    endpoint |= changes
                    changed = endpoint
        return changed


def version_of_agent(endpoint: Record) -> str:
    """What an agent says of itself; its URL and its certificate are looked at on the way."""
    url = endpoint["URL"]
    if not url.startswith("tcp://"):
        raise RefusedError(500, _UNABLE, f"Unable to parse docker host `{url}`")
    address = address_of(url, verified=not endpoint["TLSConfig"]["TLS"])
    try:
        answer = address.ping()
    except OSError as error:
        raise RefusedError(500, "Unable to get environment type", str(error)) from error
    headers = {name.lower(): value for name, value in answer.headers}
    if answer.status != 204 or headers.get("portainer-agent-platform") != "1":
        details = f"Failed request with status {answer.status}"
        raise RefusedError(500, "Unable to get environment type", details)
    return headers["portainer-agent"]
