"""One life of a server, from reading its data until it stops or reads them anew."""

import os
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path

from . import data as names
from .backup import restore
from .certificate import self_signed
from .data import Data
from .environment_record import Creation, new_record
from .environments import Environments, version_of_agent
from .fatal import fatal, log
from .files import write
from .flags import Flags
from .generation import has_setup_token
from .passwords import TooLongError, hashed
from .reach import Reach
from .refusal import RefusedError
from .tokens import RateLimit, Tokens
from .users import ADMINISTRATOR, Users
from .web import Reply, Request

ADMINISTRATOR_SECONDS = 300.0


class Instance:
    """The parts of a server, ready to answer; raises FatalError where a real one would end."""

    def __init__(self, flags: Flags, version: str, restart: Callable[[], None]) -> None:
        self.version = version
        self._flags = flags
        self._restart = restart
        self._ended = threading.Event()
        self.data = Data(Path(flags.data), version)
        secret = os.environ.get("AGENT_SECRET", "")
        with self.data.change() as content:
            content["settings"]["AgentSecret"] = secret
            content["http_disabled"] = content["http_disabled"] or flags.http_disabled
        self._lay_certificate()
        self.tokens = Tokens(self.data)
        self.users = Users(self.data, self.tokens, RateLimit(), self._setup_token())
        self.environments = Environments(self.data, Reach(self.data.key, secret))
        self._administrator_of_flags()
        wait = os.environ.get("PLAYED_ADMIN_TIMEOUT_SECONDS", str(ADMINISTRATOR_SECONDS))
        self._deadline = time.monotonic() + float(wait)
        self._timed_out = False

    @property
    def certificate(self) -> tuple[Path, Path]:
        """The certificate that is in force, and its key."""
        folder = self.data.folder
        return folder / names.CERTIFICATE, folder / names.CERTIFICATE_KEY

    def has_timed_out(self) -> bool:
        """Whether no administrator came in time; once so, only another start helps."""
        if time.monotonic() > self._deadline:
            self._timed_out = self._timed_out or not self.users.has_administrator()
            # Who has an administrator in time is not asked again.
            self._deadline = float("inf")
        return self._timed_out

    def restore(self, request: Request) -> Reply:
        """POST /restore"""
        self.users.check_setup_token(request)
        if self.users.has_administrator():
            raise RefusedError(400, "Cannot restore already initialized instance")
        restore(self.data, request)
        return Reply(200, after=self._restart)

    def show_version(self) -> dict[str, object]:
        """What GET /system/version tells, the environment with its secrets included."""
        return {
            "ServerVersion": self.version,
            "ServerEdition": "CE",
            "DatabaseVersion": self.version,
            "UpdateAvailable": False,
            "LatestVersion": "",
            "Build": {"Env": [f"{name}={value}" for name, value in os.environ.items()]},
        }

    def refresh_all(self, seconds: float) -> None:
        """Looks at all environments now and every so many seconds."""

        def look() -> None:
            self.environments.refresh_all()
            while not self._ended.wait(seconds):
                self.environments.refresh_all()

        threading.Thread(target=look, daemon=True).start()

    def end(self) -> None:
        """Nothing of this life may write any more: the next one reads what lies there."""
        self._ended.set()

    def _lay_certificate(self) -> None:
        certificate, key = self.certificate
        if self._flags.certificate and self._flags.key:
            try:
                # The copy of a key is readable for all, as the real one's is.
                write(certificate, Path(self._flags.certificate).read_bytes(), 0o644)
                write(key, Path(self._flags.key).read_bytes(), 0o644)
            except OSError as error:
                raise fatal("failed copying supplied certs", error) from error
        if not certificate.exists() or not key.exists():
            pems = self_signed(["localhost"], [self._flags.address[0] or "0.0.0.0"])  # noqa: S104
            write(certificate, pems[0])
            write(key, pems[1])

    def _setup_token(self) -> str:
        flags, environment = self._flags, os.environ
        if not has_setup_token(self.version) or self.data.content["users"]:
            return ""
        if flags.admin_hash or flags.admin_password_file:
            return ""
        if flags.no_setup_token or environment.get("PORTAINER_NO_SETUP_TOKEN", "") in ("1", "true"):
            return ""
        given = flags.setup_token or environment.get("PORTAINER_SETUP_TOKEN", "")
        if given:
            return given
        token = secrets.token_hex(16)
        log("info", "a setup token is needed for the first administrator", setup_token=token)
        return token

    def _administrator_of_flags(self) -> None:
        hash_of_password = self._flags.admin_hash
        if self._flags.admin_password_file:
            try:
                password = Path(self._flags.admin_password_file).read_text().removesuffix("\n")
            except OSError as error:
                raise fatal("failed getting admin password file", error) from error
            try:
                hash_of_password = hashed(password)
            except TooLongError as error:
                raise fatal("failed hashing admin password", error) from error
        if not hash_of_password:
            return
        if self.users.has_administrator():
            log(
                "info",
                "instance already has an administrator user defined, "
                "skipping admin password related flags.",
            )
            return
        self.users.add("admin", hash_of_password, ADMINISTRATOR)
        log("info", "created admin user with the given password.")
        if self._flags.host:
            self._environment_of_flags()

    def _environment_of_flags(self) -> None:
        """The environment of -H, made only by the process that made the administrator."""
        is_agent = self._flags.host.startswith("tcp://")
        wish = Creation("primary", self._flags.host, is_agent, "", is_agent, is_agent)
        endpoint = new_record(self.data.next_id("endpoints"), wish)
        try:
            if is_agent:
                endpoint["Agent"] = {"Version": version_of_agent(endpoint)}
        except RefusedError as error:
            raise fatal("failed initializing environment", error.details) from error
        self.environments.add(endpoint)
