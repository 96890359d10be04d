"""An environment as a form wishes it, and as it is kept."""

from dataclasses import dataclass

from .data import Record
from .payload import Form
from .refusal import invalid

LOCAL_URL = "unix:///var/run/docker.sock"
_LOCAL, _AGENT = "1", "2"


@dataclass(frozen=True)
class Creation:
    """What a new environment is to be."""

    name: str
    url: str
    is_agent: bool
    engine: str = ""
    tls: bool = False
    skip_verify: bool = False
    group: int = 1
    public_url: str = ""


def creation_of(form: Form) -> Creation:
    """The wish in a form; raises RefusedError with the texts of the real server."""
    texts = form.texts
    if not texts.get("Name"):
        raise invalid("Invalid environment name")
    kind = texts.get("EndpointCreationType")
    if kind not in (_LOCAL, _AGENT):
        raise invalid(
            "Invalid environment type value. Value must be one of: 1 (Docker environment) or "
            "2 (Agent environment)"
        )
    if form.flag("TLS"):
        if not form.flag("TLSSkipVerify") and "TLSCACertFile" not in form.files:
            details = "Invalid CA certificate file. Ensure that the file is uploaded correctly"
            raise invalid(details)
        if not form.flag("TLSSkipClientVerify") and "TLSCertFile" not in form.files:
            raise invalid("Invalid certificate file. Ensure that the file is uploaded correctly")
    group = texts.get("GroupID") or "1"
    if not group.isdigit():
        raise invalid("Invalid value for parameter GroupID")
    return Creation(
        name=texts["Name"],
        url=texts.get("URL") or LOCAL_URL,
        is_agent=kind == _AGENT,
        engine=texts.get("ContainerEngine", ""),
        tls=form.flag("TLS"),
        skip_verify=form.flag("TLSSkipVerify"),
        group=int(group),
        public_url=texts.get("PublicURL", ""),
    )


def new_record(number: int, wish: Creation) -> Record:
    """An environment that was never looked at, taken to be up."""
    return {
        "Id": number,
        "Name": wish.name,
        "Type": 2 if wish.is_agent else 1,
        "ContainerEngine": wish.engine,
        "URL": wish.url,
        "GroupId": wish.group,
        "PublicURL": wish.public_url,
        "TLSConfig": {"TLS": wish.tls, "TLSSkipVerify": wish.skip_verify},
        "TagIds": [],
        "Status": 1,
        "Snapshots": [],
        "UserAccessPolicies": {},
        "TeamAccessPolicies": {},
        "Agent": {"Version": ""},
    }
