"""How long HDFS may take: little to take a connection, long to take and to give content."""

from typing import Any

from requests.adapters import HTTPAdapter
from typing_extensions import override
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection

CONNECT_SECONDS = 10.0
READ_SECONDS = 120.0
"""A DataNode on an SD card may be busy with others' blocks, and a board that goes away in the midst
of a file is replaced by another one first."""


class _Connection(HTTPConnection):
    """urllib3 sends the whole content within the time for connecting, a piece at a time."""

    @override
    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(READ_SECONDS)

    @override
    def request(self, *args: Any, **kwargs: Any) -> None:
        if not self.is_closed:  # one that is used again
            self.timeout = READ_SECONDS
        super().request(*args, **kwargs)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class Patient(HTTPAdapter):
    """To be mounted in a session of requests, for `http://`."""

    @override
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool}
