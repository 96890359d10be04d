"""Which path is answered by what, and who may ask."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from . import keys, settings
from .backup import backup
from .data import Record
from .instance import Instance
from .refusal import RefusedError
from .tokens import cookie_of
from .users import ADMINISTRATOR
from .web import Reply, Request, json_reply, not_found, refusal_reply, text_reply

_TIMED_OUT = "Administrator initialization timeout"
# Compared as whole strings, so a query makes another of them.
_NEVER_TIMED_OUT = ("/api/status", "/api/settings/public")
_SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
_FRONT = (
    "This is PiCluster's stand-in for Portainer: the part of its API that a deploy calls, "
    "and no pages."
)


@dataclass
class Call:
    """A request, its path's variable parts, and who sent it (None on public routes)."""

    request: Request
    parts: tuple[str, ...]
    user: Record
    by_key: bool


@dataclass
class _Route:
    method: str
    path: re.Pattern[str]
    handle: Callable[[Call], Reply]
    access: str  # public, user, administrator


class Routes:
    """All that the server answers."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._routes = [
            *self._public(),
            *self._of_users(),
            *self._of_environments(),
            *self._of_instance(),
        ]

    def answer(self, request: Request) -> Reply:
        """The reply to a request; raises RefusedError."""
        if request.target == "/":
            return text_reply(200, _FRONT)
        if not request.path.startswith("/api"):
            return not_found()
        if request.target not in _NEVER_TIMED_OUT and self._instance.has_timed_out():
            reply = refusal_reply(RefusedError(303, _TIMED_OUT))
            reply.headers.append(("Redirect-Reason", "AdminInitTimeout"))
            return reply
        if request.method not in _SAFE and cookie_of(request):
            return text_reply(403, "Forbidden - CSRF token not found in request")
        matching = [
            (route, found)
            for route in self._routes
            if (found := route.path.fullmatch(request.path.removeprefix("/api")))
        ]
        if not matching:
            return not_found()
        for route, found in matching:
            if route.method in ("*", request.method):
                return self._call(route, request, found.groups())
        return Reply(405)

    def _call(self, route: _Route, request: Request, parts: tuple[str, ...]) -> Reply:
        if route.access == "public":
            return route.handle(Call(request, parts, {}, by_key=False))
        user, by_key = self._instance.tokens.user_of(request)
        if route.access == "administrator" and user["Role"] != ADMINISTRATOR:
            if request.path == "/api/backup":
                raise RefusedError(401, "User is not authorized to perform the action")
            raise RefusedError(403, "Access denied", "Unauthorized")
        return route.handle(Call(request, parts, user, by_key))

    def _public(self) -> list[_Route]:
        instance = self._instance
        identity = {"Version": instance.version, "InstanceID": instance.data.content["instance"]}
        return [
            _route("GET /system/status", lambda _: json_reply(identity), "public"),
            _route("GET /status", lambda _: json_reply(identity), "public"),
            _route("GET /settings/public", lambda _: settings.show_public(instance.data), "public"),
            _route("GET /users/admin/check", lambda c: instance.users.check(c.request), "public"),
            _route("POST /users/admin/init", lambda c: instance.users.init(c.request), "public"),
            _route("POST /auth", lambda c: instance.users.log_in(c.request), "public"),
            _route("POST /restore", lambda c: instance.restore(c.request), "public"),
        ]

    def _of_users(self) -> list[_Route]:
        users, data = self._instance.users, self._instance.data
        return [
            _route("GET /users/me", lambda c: users.me(c.user), "user"),
            _route("POST /users", lambda c: users.create(c.request)),
            _route(
                "PUT /users/{}/passwd",
                lambda c: users.change_password(c.request, c.user, c.parts[0]),
                "user",
            ),
            _route(
                "POST /users/{}/tokens",
                self._create_key,
                "user",
            ),
            _route("GET /users/{}/tokens", lambda c: keys.list_keys(data, _own(c)), "user"),
            _route(
                "DELETE /users/{}/tokens/{}",
                lambda c: keys.delete_key(data, _own(c), c.parts[1]),
                "user",
            ),
        ]

    def _create_key(self, call: Call) -> Reply:
        self._instance.users.count_try(call.request)
        data = self._instance.data
        return keys.create_key(data, call.request, _own(call), by_key=call.by_key)

    def _of_environments(self) -> list[_Route]:
        environments = self._instance.environments
        return [
            _route("GET /endpoints", lambda c: environments.show_all(c.request), "user"),
            _route("POST /endpoints", lambda c: environments.create(c.request)),
            _route("GET /endpoints/{}", lambda c: json_reply(environments.get(c.parts[0]))),
            _route("PUT /endpoints/{}", lambda c: environments.update(c.request, c.parts[0])),
            _route("DELETE /endpoints/{}", lambda c: environments.delete(c.parts[0])),
            _route("POST /endpoints/{}/snapshot", lambda c: environments.snapshot(c.parts[0])),
            _route(
                "* /endpoints/{}/docker/{*}",
                lambda c: environments.proxy(c.request, c.parts[0], c.parts[1]),
            ),
        ]

    def _of_instance(self) -> list[_Route]:
        instance = self._instance
        return [
            _route("GET /settings", lambda _: settings.show(instance.data)),
            _route("PUT /settings", lambda c: settings.update(instance.data, c.request)),
            _route("GET /system/version", lambda _: json_reply(instance.show_version())),
            _route("POST /backup", lambda c: backup(instance.data, c.request)),
        ]


def _route(pattern: str, handle: Callable[[Call], Reply], access: str = "administrator") -> _Route:
    method, _, path = pattern.partition(" ")
    expression = re.escape(path).replace(r"\{\*\}", "(.*)").replace(r"\{\}", "([^/]+)")
    return _Route(method, re.compile(expression), handle, access)


def _own(call: Call) -> Record:
    if str(call.user["Id"]) != call.parts[0]:
        raise RefusedError(403, "Permission denied to manage the keys of another user")
    return call.user
