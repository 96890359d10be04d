"""Bodies of requests: JSON whose names match in any case, and multipart forms."""

import json
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from .refusal import invalid
from .web import Request


def json_fields(request: Request) -> dict[str, Any]:
    """The object in a request's body, its names in lower case, as Go reads them."""
    if not request.body:
        raise invalid("EOF")
    try:
        value = json.loads(request.body)
    except ValueError as error:
        raise invalid(f"Json: {error}") from None
    if not isinstance(value, dict):
        raise invalid(f"Json: cannot unmarshal {type(value).__name__} into an object")
    return {name.lower(): content for name, content in value.items()}


def text_field(fields: dict[str, Any], name: str) -> str:
    """A text, empty when it is absent."""
    value = fields.get(name.lower())
    if value is None:
        return ""
    if not isinstance(value, str):
        raise invalid(f"Json: cannot unmarshal {type(value).__name__} into field {name}")
    return value


@dataclass
class Form:
    """A multipart form."""

    texts: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def flag(self, name: str) -> bool:
        """Whether a field says true."""
        return self.texts.get(name) == "true"


def form_of(request: Request) -> Form:
    """The multipart form in a request's body."""
    kind = request.headers.get("Content-Type", "")
    if not kind.startswith("multipart/form-data"):
        raise invalid("Request Content-Type isn't multipart/form-data")
    message = BytesParser(policy=HTTP).parsebytes(
        b"Content-Type: " + kind.encode() + b"\r\n\r\n" + request.body
    )
    form = Form()
    if not message.is_multipart():
        raise invalid("Multipart: NextPart: EOF")
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        if part.get_filename() is None:
            form.texts[str(name)] = content.decode(errors="replace")
        else:
            form.files[str(name)] = content
    return form
