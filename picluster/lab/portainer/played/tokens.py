"""Who a request comes from: JWTs, API keys, and too many tries."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from typing import Any

from .data import Data, Record
from .refusal import RefusedError
from .web import Request

JWT_SECONDS = 8 * 3600
COOKIE = "portainer_api_key"
TRIES = 10
TRIES_SECONDS = 1.0
BAN_SECONDS = 3600.0


class Tokens:
    """JWTs of a key that nobody keeps: they are worth nothing to the next process."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self._key = secrets.token_bytes(32)

    def issue(self, user: Record, *, must_change: bool) -> str:
        """A JWT for a user."""
        now = time.time()
        claims = {
            "id": user["Id"],
            "username": user["Username"],
            "role": user["Role"],
            "scope": "default",
            "forceChangePassword": must_change,
            "exp": int(now) + JWT_SECONDS,
            "iat": now,
            "jti": secrets.token_hex(16),
        }
        head = _encoded(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
        signed = f"{head}.{_encoded(json.dumps(claims).encode())}"
        return f"{signed}.{self._signature(signed)}"

    def user_of(self, request: Request) -> tuple[Record, bool]:
        """The user of a request, and whether an API key says so."""
        key = request.headers.get("X-API-Key")
        header = request.headers.get("Authorization", "")
        bearer = header.removeprefix("Bearer ") if header.startswith("Bearer ") else ""
        if key and bearer:
            raise RefusedError(403, "api key and auth header are not allowed at the same time")
        if key:
            return self._user_of_key(key), True
        token = bearer or cookie_of(request)
        if not token:
            raise RefusedError(401, "A valid authorization token is missing", "Unauthorized")
        return self._user_of_jwt(token), False

    def _user_of_jwt(self, token: str) -> Record:
        signed, _, signature = token.rpartition(".")
        if hmac.compare_digest(self._signature(signed), signature):
            claims: dict[str, Any] = json.loads(_decoded(signed.partition(".")[2]))
            for user in self._data.content["users"]:
                is_current = user["TokenIssueAt"] <= claims["iat"] <= time.time() < claims["exp"]
                if user["Id"] == claims["id"] and is_current:
                    return dict(user)
        raise _invalid_token()

    def _user_of_key(self, key: str) -> Record:
        digest = key_digest(key)
        for known in self._data.content["keys"]:
            if hmac.compare_digest(known["digest"], digest):
                for user in self._data.content["users"]:
                    if user["Id"] == known["userId"]:
                        return dict(user)
        raise _invalid_token()

    def _signature(self, signed: str) -> str:
        return _encoded(hmac.digest(self._key, signed.encode(), "sha256"))


def _invalid_token() -> RefusedError:
    return RefusedError(401, "Invalid JWT token", "Unauthorized")


def key_digest(key: str) -> str:
    """How an API key is kept."""
    return base64.b64encode(hashlib.sha256(key.encode()).digest()).decode()


def cookie_of(request: Request) -> str:
    """The JWT in a browser's cookie."""
    for part in request.headers.get("Cookie", "").split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE:
            return value
    return ""


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class RateLimit:
    """Bans an address that tries passwords too quickly."""

    def __init__(self) -> None:
        self._tries: dict[str, list[float]] = {}
        self._banned: dict[str, float] = {}
        self._lock = threading.Lock()

    def check(self, address: str) -> None:
        """Counts a try; raises RefusedError for who is banned."""
        now = time.monotonic()
        with self._lock:
            recent = [t for t in self._tries.get(address, []) if now - t < TRIES_SECONDS]
            self._tries[address] = [*recent, now]
            if len(recent) >= TRIES:
                self._banned[address] = now + BAN_SECONDS
            if self._banned.get(address, 0.0) > now:
                raise RefusedError(403, "Access denied", "Access denied to resource")
