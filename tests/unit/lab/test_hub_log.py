"""Counting in the registry's log, as Debian's docker-registry 2.8.2 writes it."""

from tests.lab import hub_log

AGENT = "docker/20.10.24+dfsg1 go/go1.19.8 os/linux"
BLOB = "sha256:df89ae5f739b4d42d1d91ecf46d29210dba8d23f93995ae6083983707847d080"
MANIFEST = "sha256:e4c366d1237907af49fb1a8a6d425edae3492b5b7c4c99d7505cd0ac6c6c5f9c"
WHEN = "[23/Nov/2026:01:11:22 +0000]"


def line(client: str, request: str, status: int = 200) -> str:
    """One line of the log."""
    return f'{client} - - {WHEN} "{request} HTTP/1.1" {status} 527 "" "{AGENT}"'


LOG = [
    'time="2026-11-23T00:58:27Z" level=warning msg="No HTTP secret provided"',
    line("192.168.79.11", "GET /v2/"),
    line("192.168.79.11", "HEAD /v2/portainer/agent/manifests/2.45.0"),
    line("192.168.79.11", f"GET /v2/portainer/agent/manifests/{MANIFEST}"),
    line("192.168.79.11", f"GET /v2/portainer/agent/blobs/{BLOB}"),
    line("192.168.79.13", f"GET /v2/portainer/agent/blobs/{BLOB}", 206),
    line("192.168.79.13", f"HEAD /v2/portainer/agent/blobs/{BLOB}"),
    line("192.168.79.13", f"GET /v2/portainer/agent/blobs/{BLOB}", 404),
    line("172.18.0.1", f"GET /v2/portainer/agent/blobs/{BLOB}"),
    line("192.168.79.13", f"GET /v2/library/busybox/blobs/{BLOB}"),
]
BOARDS = ("192.168.79.11", "192.168.79.13")


def test_only_manifests_and_blobs_are_requests() -> None:
    found = hub_log.parse(LOG)
    assert len(found) == 8
    assert found[0] == hub_log.Request(
        "192.168.79.11", "HEAD", "portainer/agent", "manifests", "2.45.0", 200
    )


def test_downloads_by_boards_are_counted_by_blob() -> None:
    assert hub_log.fetched(hub_log.parse(LOG), "portainer/agent", BOARDS) == {BLOB: 2}
    assert hub_log.fetched(hub_log.parse(LOG), "library/busybox", BOARDS[:1]) == {}


def test_manifests_are_counted_by_board() -> None:
    assert hub_log.manifests(hub_log.parse(LOG), "portainer/agent", BOARDS) == {BOARDS[0]: 1}
