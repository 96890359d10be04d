"""What can go wrong between this computer and Portainer; none of it holds a secret."""


class PortainerError(Exception):
    """Portainer refused a request, or could not do it.

    + message: what happened, with the server's own words
    + status: the HTTP status, None where there was no answer
    + details: the server's further words, without what `message` says already
    """

    advice = ""
    """What to do, for kinds of errors that leave only one thing to do."""

    def __init__(self, message: str, status: int | None = None, details: str = "") -> None:
        self.message = message
        self.status = status
        self.details = details
        words = ": ".join(part for part in (message, details) if part)
        super().__init__(f"{words}. {self.advice}" if self.advice else words)


class UnreachableError(PortainerError):
    """No answer: the address, the connection, its TLS or the time that it took is at fault.

    + sent: the request may have arrived all the same
    """

    def __init__(self, message: str, *, sent: bool = False) -> None:
        self.sent = sent
        super().__init__(message)


class UnexpectedAnswerError(PortainerError):
    """An answer that Portainer does not give: another program may listen there."""


class InitialisationTimeoutError(PortainerError):
    """303: nobody made an administrator in its first five minutes, and it refuses everything."""

    advice = "Restart its server; then it waits another five minutes"


class AlreadyInitialisedError(PortainerError):
    """There is an administrator, so that none can be made and no backup be restored."""


class SetupTokenError(PortainerError):
    """403: the setup token is not the one of this server, or was used once already."""

    advice = "Restart its server with the setup token that is kept here"


class PasswordTooLongError(PortainerError):
    """bcrypt takes 72 bytes and no more, so such a password is not even sent."""


class WrongPasswordError(PortainerError):
    """422: the user has another password, or there is no such user."""


class BannedError(PortainerError):
    """403 at the login: more than ten tries in one second shut this computer out for an hour."""

    advice = "Wait an hour, or restart its server"


class NotFoundError(PortainerError):
    """404: there is no such environment."""


class NameTakenError(PortainerError):
    """409: an environment of this name is there already."""


class AlreadyPairedError(PortainerError):
    """The agents obey another server, or have another secret than this one."""

    advice = (
        "Agents and server need the same AGENT_SECRET; agents without one obey the first server "
        "that speaks to them, until they are restarted"
    )


class LockedError(PortainerError):
    """408: a backup or a restore that does not end keeps all changes waiting; reading works."""

    advice = "When no backup is being made, restart its server"


class WrongBackupPasswordError(PortainerError):
    """The backup was encrypted with another password, or is no backup."""
