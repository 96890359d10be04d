"""Users: the first administrator, logging in, passwords."""

import hmac
import secrets
import time

from .data import Data, Record
from .fatal import log
from .passwords import TooLongError, hashed, matches
from .payload import json_fields, text_field
from .refusal import RefusedError, invalid
from .settings import required_length
from .tokens import COOKIE, RateLimit, Tokens
from .web import Reply, Request, json_reply

ADMINISTRATOR = 1


class Users:
    """The users of an instance; `setup_token` is what its first administrator has to bring."""

    def __init__(self, data: Data, tokens: Tokens, limit: RateLimit, setup_token: str) -> None:
        self._data = data
        self._tokens = tokens
        self._limit = limit
        self._setup_token = setup_token

    def has_administrator(self) -> bool:
        """Whether there is one."""
        return any(user["Role"] == ADMINISTRATOR for user in self._data.content["users"])

    def check_setup_token(self, request: Request) -> None:
        """Refuses who does not know the token of a new instance."""
        given = request.headers.get("X-Setup-Token", "")
        if self._setup_token and not hmac.compare_digest(
            self._setup_token.encode(), given.encode()
        ):
            raise RefusedError(403, "Access denied", "Invalid setup token")

    def check(self, _request: Request) -> Reply:
        """GET /users/admin/check"""
        if not self.has_administrator():
            raise RefusedError(404, "No administrator account found inside the database")
        return Reply(204)

    def init(self, request: Request) -> Reply:
        """POST /users/admin/init"""
        self.check_setup_token(request)
        name, password = _credentials(request)
        if self.has_administrator():
            raise RefusedError(
                409,
                "Unable to create administrator user",
                "An administrator user already exists",
            )
        user = self.add(name, self._strong(password), ADMINISTRATOR)
        if self._setup_token:
            # The token opens one door once; whoever comes next is refused before anything else.
            self._setup_token = secrets.token_hex(32)
        return json_reply(user)

    def add(self, name: str, hash_of_password: str, role: int) -> Record:
        """A new user."""
        user = {
            "Id": self._data.next_id("users"),
            "Username": name,
            "Password": hash_of_password,
            "Role": role,
            "TokenIssueAt": 0,
            "ThemeSettings": {"color": ""},
            "UseCache": False,
        }
        with self._data.change() as content:
            content["users"].append(user)
        return user

    def create(self, request: Request) -> Reply:
        """POST /users"""
        fields = json_fields(request)
        name, password = _credentials(request)
        role = fields.get("role")
        if role not in (1, 2):
            raise invalid("Invalid role value. Value must be one of: 1 (administrator) or 2")
        if any(user["Username"] == name for user in self._data.content["users"]):
            raise RefusedError(409, "Another user with the same username already exists")
        return json_reply(_public(self.add(name, self._strong(password), role)))

    def count_try(self, request: Request) -> None:
        """To be called where passwords are tried; refuses who tries too quickly."""
        self._limit.check(request.client)

    def log_in(self, request: Request) -> Reply:
        """POST /auth"""
        self.count_try(request)
        fields = json_fields(request)
        name, password = text_field(fields, "Username"), text_field(fields, "Password")
        if not name:
            raise invalid("Invalid username")
        if not password:
            raise invalid("Invalid password")
        for user in self._data.content["users"]:
            if user["Username"] == name and matches(password, user["Password"]):
                token = self._tokens.issue(user, must_change=self._is_weak(password))
                cookie = f"{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=28800"
                return json_reply({"jwt": token}, headers=[("Set-Cookie", cookie)])
        raise RefusedError(422, "Invalid credentials", "Unauthorized")

    def me(self, user: Record) -> Reply:
        """GET /users/me"""
        return json_reply(_public(user) | {"forceChangePassword": False})

    def change_password(self, request: Request, user: Record, number: str) -> Reply:
        """PUT /users/{id}/passwd"""
        self.count_try(request)
        if str(user["Id"]) != number:
            raise RefusedError(403, "Permission denied to update user", "Access denied to resource")
        fields = json_fields(request)
        current, new = text_field(fields, "Password"), text_field(fields, "NewPassword")
        if not current:
            raise invalid("Invalid current password")
        if not new:
            raise invalid("Invalid new password")
        if not matches(current, user["Password"]):
            raise RefusedError(403, "Current password doesn't match")
        replacement = self._strong(new)
        with self._data.change() as content:
            for kept in content["users"]:
                if kept["Id"] == user["Id"]:
                    kept["Password"] = replacement
                    kept["TokenIssueAt"] = time.time()
        return Reply(204)

    def _is_weak(self, password: str) -> bool:
        return len(password.encode()) < required_length(self._data.content)

    def _strong(self, password: str) -> str:
        if self._is_weak(password):
            raise RefusedError(400, "Password does not meet the requirements")
        try:
            return hashed(password)
        except TooLongError as error:
            log("error", "unable to hash a password", error=str(error))
            raise RefusedError(500, "Unable to hash user password", str(error)) from None


def _credentials(request: Request) -> tuple[str, str]:
    fields = json_fields(request)
    name, password = text_field(fields, "Username"), text_field(fields, "Password")
    if not name or any(character.isspace() for character in name):
        raise invalid("Invalid username. Must not contain any whitespace")
    if not password:
        raise invalid("Invalid password")
    return name, password


def _public(user: Record) -> Record:
    return {name: value for name, value in user.items() if name != "Password"}
