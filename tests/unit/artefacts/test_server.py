"""The server's files: for the cluster's boards alone, and without any right."""

import hashlib

import pytest

from picluster.artefacts import places, server


def _texts(address: str = "192.0.2.1", allowed: tuple[str, ...] = ("192.0.2.2",)) -> list[str]:
    entries = server.files(address, allowed)
    assert [entry.path for entry in entries] == [places.SERVER_UNIT, places.SERVER_SETTINGS]
    return [entry.content.decode() for entry in entries]


def test_it_listens_at_one_address_and_answers_its_boards() -> None:
    _, settings = _texts(allowed=("192.0.2.3", "192.0.2.2", "192.0.2.2"))
    lines = settings.splitlines()
    assert "address = 192.0.2.1" in lines
    assert "hosts allow = 192.0.2.2 192.0.2.3" in lines
    assert {"hosts deny = *", "read only = yes", "list = no"} <= set(lines)
    assert f"path = {places.OFFERED}" in lines


def test_it_runs_without_rights() -> None:
    unit, _ = _texts()
    assert {"DynamicUser=yes", "NoNewPrivileges=yes", "ProtectSystem=strict"} <= set(
        unit.splitlines()
    )
    assert "CapabilityBoundingSet=\n" in unit


def test_its_digest_is_what_it_notes_of_its_files() -> None:
    entries = server.files("192.0.2.1", ["192.0.2.2"])
    noted = hashlib.sha256(b"".join(entry.content for entry in entries)).hexdigest()
    assert server.digest(entries) == noted
    assert server.digest(server.files("192.0.2.1", ["192.0.2.3"])) != noted


@pytest.mark.parametrize("address", ["", "pi8", "192.0.2.1\nread only = no", "*", "192.0.2.0/24"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="does not appear to be an IPv4 or IPv6 address"):
        server.files("192.0.2.1", [address])
    with pytest.raises(ValueError, match="does not appear to be an IPv4 or IPv6 address"):
        server.files(address, [])
