"""Command lines, certificates, and data that a server does not start with."""

import stat
from pathlib import Path

import pytest
from cryptography import x509

from picluster.lab.portainer.played.certificate import self_signed
from picluster.lab.portainer.played.files import write
from tests.contract.api import PASSWORD, refused
from tests.contract.processes import administered, ended_server, message_of, server


def test_unknown_flag(newest: str, data: Path) -> None:
    ended = ended_server(newest, data, "--no-such-flag")
    assert ended.code == 1
    assert ended.log == ["error: unknown long flag '--no-such-flag', try --help"]


def test_the_setup_tokens_flag_is_unknown_to_older_versions(played: str, data: Path) -> None:
    if played.startswith("2.23"):
        ended = ended_server(played, data, "--no-setup-token")
        assert ended.log == ["error: unknown long flag '--no-setup-token', try --help"]
        return
    with server(played, data, "--no-setup-token") as running:
        wish = {"Username": "admin", "Password": PASSWORD}
        assert running.api.post("/users/admin/init", json=wish).status_code == 200


def test_password_files_that_end_the_server(newest: str, data: Path, tmp_path: Path) -> None:
    missing = ended_server(newest, data, "--admin-password-file", "/no/such/file")
    assert (missing.code, message_of(missing.log[-1])) == (
        1,
        "failed getting admin password file",
    )
    (tmp_path / "password").write_text("x" * 73)
    long = ended_server(newest, data, "--admin-password-file", str(tmp_path / "password"))
    assert message_of(long.log[-1]) == "failed hashing admin password"
    assert "bcrypt: password length exceeds 72 bytes" in long.log[-1]
    both = ended_server(newest, data, "--admin-password-file=x", "--admin-password=y")
    assert both.log[-1] == "Cannot use --admin-password with --admin-password-file"


def test_an_empty_key_of_the_tunnel(newest: str, data: Path) -> None:
    with server(newest, data):
        pass
    (data / "chisel/private-key.pem").write_bytes(b"")
    ended = ended_server(newest, data)
    assert (ended.code, message_of(ended.log[-1])) == (1, "Failed to parse key")
    (data / "chisel/private-key.pem").unlink()
    with server(newest, data) as running:
        assert running.api.get("/status").ok


def test_data_of_a_newer_version(data: Path) -> None:
    with server("2.39.0", data) as running:
        instance = running.api.get("/status").json()["InstanceID"]
    with server("2.45.0", data) as running:
        assert running.api.get("/status").json()["InstanceID"] == instance
    ended = ended_server("2.39.0", data)
    assert ended.code == 1
    assert "does not align with the server version" in message_of(ended.log[-1])


def test_own_certificate(newest: str, data: Path) -> None:
    with server(newest, data):
        certificate = x509.load_pem_x509_certificate((data / "certs/cert.pem").read_bytes())
    assert not list(certificate.subject)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert stat.S_IMODE((data / "certs/key.pem").stat().st_mode) == 0o600


@pytest.mark.parametrize("flags", [("--sslcert", "--sslkey"), ("--tlscert", "--tlskey")])
def test_given_certificate(played: str, data: Path, tmp_path: Path, flags: tuple[str, str]) -> None:
    pems = self_signed(["localhost"], ["127.0.0.1"])
    paths = [tmp_path / "given.pem", tmp_path / "given-key.pem"]
    for path, pem in zip(paths, pems, strict=True):
        path.write_bytes(pem)
        path.chmod(0o600)
    arguments = [part for pair in zip(flags, map(str, paths), strict=True) for part in pair]
    if played.startswith("2.23") and flags[0] == "--tlscert":
        with server(played, data, *arguments) as running:
            assert running.api.get("/status").ok, "its own one, since these are for environments"
        return
    with server(played, data, *arguments) as running:
        running.api.certificate = str(paths[0])
        assert running.api.get("/status").ok
    assert (data / "certs/cert.pem").read_bytes() == pems[0]


def test_given_certificate_stays_in_force(newest: str, data: Path) -> None:
    missing = ended_server(newest, data, "--sslcert", "/no/such", "--sslkey", "/no/such")
    assert message_of(missing.log[-1]) == "failed copying supplied certs"
    certificate, key = self_signed(["localhost"], ["127.0.0.1"])
    write(data / "certs/cert.pem", certificate)
    write(data / "certs/key.pem", key)
    with server(newest, data) as running:
        assert running.api.get("/status").ok
    assert (data / "certs/cert.pem").read_bytes() == certificate


def test_tokens_end_with_the_process_and_keys_do_not(newest: str, data: Path) -> None:
    with administered(newest, data) as running:
        before = running.api
        wish = {"password": PASSWORD, "description": "kept"}
        key = before.post("/users/1/tokens", json=wish).json()["rawAPIKey"]
    with server(newest, data) as running:
        old = running.api.get("/users/me", headers=before.headers)
        refused(old, 401, "Invalid JWT token", "Unauthorized")
        assert running.api.get("/users/me", headers={"X-API-Key": key}).ok


def test_an_environment_by_flag_that_nobody_answers_for(
    newest: str, data: Path, tmp_path: Path
) -> None:
    (tmp_path / "password").write_text(PASSWORD)
    flags = ["--admin-password-file", str(tmp_path / "password"), "--tlsskipverify"]
    ended = ended_server(newest, data, *flags, "-H", "tcp://127.0.0.1:1")
    assert (ended.code, message_of(ended.log[-1])) == (1, "failed initializing environment")
    # The next start has the administrator, and so never makes the environment.
    with server(newest, data, *flags, "-H", "tcp://127.0.0.1:1") as running:
        assert running.api.logged_in("admin", PASSWORD).get("/endpoints").json() == []
