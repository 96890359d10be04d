"""The server as a process: it listens, and begins anew after a restore."""

import os
import ssl
import threading
import time

from .certificate import server_context
from .fatal import fatal, log
from .flags import parse_flags
from .generation import played_version
from .instance import Instance
from .routes import Routes
from .web import SecureServer

SNAPSHOT_SECONDS = 300.0


def run(arguments: list[str]) -> None:
    """Serves without an end; raises FatalError."""
    version = played_version()
    flags = parse_flags(arguments, version)
    address = flags.address
    while True:
        life = _Life()
        instance = Instance(flags, version, life.end)
        try:
            context = server_context(*instance.certificate)
        except (OSError, ssl.SSLError) as error:
            raise fatal("failed loading the certificate", error) from error
        try:
            life.server = SecureServer(address, context, Routes(instance).answer)
        except OSError as error:
            raise fatal("failed listening", error) from error
        # A port that was chosen for the first life is that of the next ones too.
        address = life.server.where
        log("info", "stand-in for Portainer's server", version=version, port=address[1])
        instance.refresh_all(SNAPSHOT_SECONDS)
        life.server.serve_forever()
        instance.end()
        life.server.server_close()
        # The real one is away for a second or two, and its clients have to bear that.
        time.sleep(float(os.environ.get("PLAYED_RESTART_SECONDS", "1")))


class _Life:
    """Lets a request end the server that answers it."""

    server: SecureServer

    def end(self) -> None:
        """Returns at once; the server stops within half a second."""
        self.server.ended = True
        threading.Thread(target=self.server.shutdown, daemon=True).start()
