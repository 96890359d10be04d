"""API keys, which outlive the process."""

import secrets
import time

from .data import Data, Record
from .passwords import matches
from .payload import json_fields, text_field
from .refusal import RefusedError, invalid
from .tokens import key_digest
from .web import Reply, Request, json_reply


def create_key(data: Data, request: Request, user: Record, *, by_key: bool) -> Reply:
    """POST /users/{id}/tokens, once the try has been counted"""
    if by_key:
        raise RefusedError(401, "Auth not supported", "Authentication required")
    fields = json_fields(request)
    description = text_field(fields, "description")
    if not description.strip():
        raise invalid("Invalid description: cannot be empty")
    if len(description) > 128:
        raise invalid("Invalid description: cannot be longer than 128 characters")
    if not matches(text_field(fields, "password"), user["Password"]):
        raise RefusedError(403, "Current password doesn't match")
    raw = "ptr_" + secrets.token_urlsafe(32)
    key = {
        "id": data.next_id("keys"),
        "userId": user["Id"],
        "description": description,
        "prefix": raw[:7],
        "dateCreated": int(time.time()),
        "lastUsed": 0,
        "digest": key_digest(raw),
    }
    with data.change() as content:
        content["keys"].append(key)
    return json_reply({"rawAPIKey": raw, "apiKey": key}, 201)


def list_keys(data: Data, user: Record) -> Reply:
    """GET /users/{id}/tokens"""
    own = [key for key in data.content["keys"] if key["userId"] == user["Id"]]
    return json_reply([{n: v for n, v in key.items() if n != "digest"} for key in own])


def delete_key(data: Data, user: Record, number: str) -> Reply:
    """DELETE /users/{id}/tokens/{key}"""
    with data.change() as content:
        found = [k for k in content["keys"] if str(k["id"]) == number and k["userId"] == user["Id"]]
        if not found:
            raise RefusedError(500, "API Key not found")
        content["keys"].remove(found[0])
    return Reply(204)
