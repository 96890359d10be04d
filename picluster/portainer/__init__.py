"""HTTP client of Portainer's API: the calls that deploy, verify, back up and restore it."""

from picluster.portainer.answers import Agent, Environment, Status
from picluster.portainer.client import Portainer
from picluster.portainer.errors import (
    AlreadyInitialisedError,
    AlreadyPairedError,
    BannedError,
    InitialisationTimeoutError,
    LockedError,
    NameTakenError,
    NotFoundError,
    PasswordTooLongError,
    PortainerError,
    SetupTokenError,
    UnexpectedAnswerError,
    UnreachableError,
    WrongBackupPasswordError,
    WrongPasswordError,
)

__all__ = [
    "Agent",
    "AlreadyInitialisedError",
    "AlreadyPairedError",
    "BannedError",
    "Environment",
    "InitialisationTimeoutError",
    "LockedError",
    "NameTakenError",
    "NotFoundError",
    "PasswordTooLongError",
    "Portainer",
    "PortainerError",
    "SetupTokenError",
    "Status",
    "UnexpectedAnswerError",
    "UnreachableError",
    "WrongBackupPasswordError",
    "WrongPasswordError",
]
