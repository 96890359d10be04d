"""The instance's settings."""

import copy
import re
from typing import Any
from urllib.parse import urlsplit

from .data import Data, Record
from .payload import json_fields
from .refusal import RefusedError, invalid
from .web import Reply, Request, json_reply

_DURATION = r"[-+]?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+"

DEFAULTS: Record = {
    "LogoURL": "",
    "AuthenticationMethod": 1,
    "InternalAuthSettings": {"RequiredPasswordLength": 12},
    "SnapshotInterval": "",
    "TemplatesURL": "",
    "EdgeAgentCheckinInterval": 5,
    "EnableEdgeComputeFeatures": False,
    "UserSessionTimeout": "8h",
    "EnableTelemetry": False,
    "HelmRepositoryURL": "",
    "TrustOnFirstConnect": False,
    "EnforceEdgeID": False,
    "AgentSecret": "",
    "EdgePortainerUrl": "",
}


def settings_of(content: Record) -> Record:
    """The settings, with what was never set as it is in a new instance."""
    settings: Record = content["settings"]
    return copy.deepcopy(DEFAULTS) | settings


def required_length(content: Record) -> int:
    """How long a password has to be."""
    return int(settings_of(content)["InternalAuthSettings"]["RequiredPasswordLength"])


def show_public(data: Data) -> Reply:
    """GET /settings/public"""
    settings = settings_of(data.content)
    names = ("LogoURL", "AuthenticationMethod", "EnableEdgeComputeFeatures", "EnableTelemetry")
    return json_reply(
        {name: settings[name] for name in names}
        | {"RequiredPasswordLength": required_length(data.content)}
    )


def show(data: Data) -> Reply:
    """GET /settings"""
    return json_reply(settings_of(data.content))


def update(data: Data, request: Request) -> Reply:
    """PUT /settings: any subset; unknown fields are ignored."""
    fields = json_fields(request)
    changes = {
        name: fields[name.lower()] for name in DEFAULTS if fields.get(name.lower()) is not None
    }
    for name, value in changes.items():
        _check(name, value)
    with data.change() as content:
        content["settings"] |= changes
    return show(data)


def _check(name: str, value: Any) -> None:
    if type(value) is not type(DEFAULTS[name]):
        raise invalid(f"Json: cannot unmarshal {type(value).__name__} into field {name}")
    if name == "SnapshotInterval" and not re.fullmatch(_DURATION, value):
        details = f'Time: invalid duration "{value}"'
        raise RefusedError(500, "Unable to update snapshot interval", details)
    if name == "UserSessionTimeout" and not re.fullmatch(_DURATION, value):
        raise invalid("Invalid user session timeout")
    if name == "AuthenticationMethod" and value not in (1, 2, 3):
        raise invalid("Invalid authentication method value. Value must be one of: 1, 2 or 3")
    if name in ("TemplatesURL", "LogoURL") and value and not _is_url(value):
        raise invalid(f"Invalid {name}. Must correspond to a valid URL format")


def _is_url(value: str) -> bool:
    parts = urlsplit(value)
    return bool(parts.scheme and parts.netloc)
