"""HTTP to the NameNode, and from there to the DataNode that it names."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from requests.utils import requote_uri

from picluster.webhdfs.errors import DataNodeSilentError, NameNodeSilentError, WebHdfsError
from picluster.webhdfs.patience import CONNECT_SECONDS, READ_SECONDS, Patient
from picluster.webhdfs.refusal import refusal

TRIES = 3
"""DataNodes that are asked, when those before do not answer at all."""


class Connection:
    """Requests in the name of a user. Raises WebHdfsError for all but success.

    + url: of the NameNode's page, `http://192.168.1.10:9870`
    + user: who asks; HDFS believes it
    + addresses: of the nodes, by name, since this computer need not know the boards' names
    """

    def __init__(self, url: str, user: str, addresses: Mapping[str, str]) -> None:
        self.url = url.rstrip("/")
        self.user = user
        self._addresses = addresses
        self._session = requests.Session()
        # The boards are neighbours: no proxy, and no password of a .netrc.
        self._session.trust_env = False
        self._session.mount("http://", Patient())

    def ask(self, method: str, path: str, operation: str, **parameters: str) -> Any:
        """What the NameNode answers, out of JSON; an empty table where it says no more than yes."""
        response = self._namenode(method, path, operation, parameters)
        try:
            return response.json() if response.content else {}
        except requests.JSONDecodeError:
            raise refusal(response, path, self.user) from None

    def send(
        self, method: str, path: str, operation: str, body: Iterable[bytes] | bytes, **given: str
    ) -> None:
        """Gives content to the DataNode that the NameNode names."""
        self._datanode(method, path, operation, given, data=body).close()

    def fetch(self, path: str, operation: str) -> requests.Response:
        """What a DataNode that the NameNode names tells, yet to be read."""
        return self._datanode("GET", path, operation, {}, stream=True)

    def _namenode(
        self, method: str, path: str, operation: str, parameters: Mapping[str, str]
    ) -> requests.Response:
        try:
            response = self._session.request(
                method,
                # requests leaves what is quoted as it is, but for dots: paths are normal already.
                f"{self.url}/webhdfs/v1{quote(path, safe='/')}",
                params={"op": operation, "user.name": self.user, **parameters},
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise NameNodeSilentError(
                f"the NameNode does not answer at {self.url} ({_reason(error)}). Is its board "
                "switched on, and was HDFS deployed (pyinfra inventory.py deploys/all.py)?"
            ) from None
        if not response.ok:
            raise refusal(response, path, self.user)
        return response

    def _datanode(
        self, method: str, path: str, operation: str, parameters: Mapping[str, str], **request: Any
    ) -> requests.Response:
        """A DataNode that nobody reaches is left out, and the NameNode asked for another."""
        silent: dict[str, str] = {}
        while True:
            # By address: the NameNode passes over what it does not know, and knows no names here.
            addresses = ",".join(map(self._address, silent))
            left_out = {"excludedatanodes": addresses} if silent else {}
            asked = {"noredirect": "true", **parameters, **left_out}
            place = self._place(self._namenode(method, path, operation, asked), path)
            name = urlsplit(place).hostname or ""
            try:
                response = self._session.request(
                    method,
                    self._reachable(place),
                    timeout=(CONNECT_SECONDS, READ_SECONDS),
                    allow_redirects=False,
                    **request,
                )
            except requests.RequestException as error:
                again = name not in silent and len(silent) + 1 < TRIES
                silent[name] = _reason(error)
                if again and _is_unsent(error):
                    continue
                raise _silence(silent) from None
            if not response.ok:
                raise refusal(response, path, self.user)
            return response

    def _place(self, response: requests.Response, path: str) -> str:
        """Where the NameNode sends to; older ones redirect although asked not to."""
        try:
            place = response.headers.get("Location") or response.json()["Location"]
        except (ValueError, LookupError, TypeError):
            raise refusal(response, path, self.user) from None
        return str(place)

    def _reachable(self, place: str) -> str:
        """The same place with the address of the plan instead of the board's name."""
        parts = urlsplit(place)
        address = self._address(parts.hostname or "")
        return requote_uri(parts._replace(netloc=f"{address}:{parts.port or 80}").geturl())

    def _address(self, name: str) -> str:
        """Of a DataNode, by the plan. Raises WebHdfsError."""
        address = self._addresses.get(name) or self._addresses.get(name.partition(".")[0])
        if address is None:
            raise WebHdfsError(
                f"HDFS names the DataNode {name}, which is no node of cluster.toml. Was a board "
                "renamed or taken out? Then decommission its DataNode"
            )
        return address


def _is_unsent(error: requests.RequestException) -> bool:
    """Whether nothing was sent, so that it can be tried elsewhere with the same content."""
    return isinstance(error, requests.ConnectTimeout) or "NewConnectionError" in repr(error)


def _silence(silent: Mapping[str, str]) -> DataNodeSilentError:
    named = ", ".join(f"{name} ({reason})" for name, reason in silent.items())
    several = "s do" if len(silent) > 1 else " does"
    return DataNodeSilentError(
        f"the DataNode{several} not answer: {named}. HDFS takes a board that went away for there "
        "for two minutes; try again then, or look at the board: systemctl status hdfs-datanode"
    )


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.ConnectTimeout):
        return "nothing there takes a connection"
    if isinstance(error, requests.Timeout):
        return "it took the request and fell silent"
    text = repr(error)
    for words in ("Connection refused", "No route to host", "Network is unreachable"):
        if words in text:
            return words.lower()
    return "it dropped the connection"
