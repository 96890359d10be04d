"""What the server keeps in its data folder."""

import copy
import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from . import certificate
from .fatal import fatal, log
from .files import write
from .generation import numbers

DATABASE = "portainer.db"
PRIVATE_KEY = "portainer.key"
PUBLIC_KEY = "portainer.pub"
TUNNEL_KEY = "chisel/private-key.pem"
CERTIFICATE = "certs/cert.pem"
CERTIFICATE_KEY = "certs/key.pem"

Record = dict[str, Any]


class Data:
    """The folder, opened by one version of the program; raises FatalError as that would end."""

    def __init__(self, folder: Path, version: str) -> None:
        self.folder = folder
        self._lock = threading.RLock()
        self._content = self._read(version)
        self._make_keys()

    @property
    def content(self) -> Record:
        """The database as it stands; to be read only."""
        return self._content

    @contextmanager
    def change(self) -> Iterator[Record]:
        """The database to be changed; what has been changed is kept when the block ends well."""
        with self._lock:
            draft = copy.deepcopy(self._content)
            yield draft
            write(self.folder / DATABASE, json.dumps(draft, indent=1).encode())
            self._content = draft

    def next_id(self, table: str) -> int:
        """A number that was never given before."""
        with self.change() as content:
            content["last_ids"][table] = content["last_ids"].get(table, 0) + 1
            return int(content["last_ids"][table])

    def _read(self, version: str) -> Record:
        path = self.folder / DATABASE
        if not path.exists():
            content: Record = {
                "version": version,
                "instance": str(uuid.uuid4()),
                "last_ids": {},
                "users": [],
                "keys": [],
                "endpoints": [],
                "settings": {},
                "http_disabled": False,
            }
            write(path, json.dumps(content, indent=1).encode())
            return content
        try:
            content = json.loads(path.read_bytes())
            written_by = content["version"]
        except (ValueError, KeyError, TypeError) as error:
            raise fatal("failed opening store", f"{path.name}: {error}") from error
        if numbers(written_by) > numbers(version):
            raise fatal(
                "The database schema version does not align with the server version. "
                "Please consider reverting to the previous server version or addressing "
                "the database migration issue.",
            )
        if written_by != version:
            log("info", "migrating database", **{"from": written_by, "to": version})
            content["version"] = version
            write(path, json.dumps(content, indent=1).encode())
        return content

    def _make_keys(self) -> None:
        tunnel = self.folder / TUNNEL_KEY
        if not tunnel.exists():
            write(tunnel, certificate.new_key())
        try:
            certificate.private_key(tunnel.read_bytes())
        except ValueError as error:
            raise fatal("Failed to parse key") from error
        own = self.folder / PRIVATE_KEY
        if not own.exists():
            write(own, certificate.new_key())
        self.key = certificate.private_key(own.read_bytes())
        write(self.folder / PUBLIC_KEY, certificate.public_pem(self.key))
