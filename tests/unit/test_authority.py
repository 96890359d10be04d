"""The cluster's own authority: made once, replaced never; servers' certificates: made in time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.verification import PolicyBuilder, Store

from picluster import secrets as module
from picluster.authority import CERTIFICATE, KEY, AuthorityError, ensure_authority
from picluster.authority import server_certificate as certificate_of
from picluster.secrets import Secrets

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SERVER = {"names": ["pi8a", "pi8a.home.arpa"], "addresses": ["192.168.1.17"]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def own_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_new", {})


def server_certificate(
    secrets: Secrets, now: datetime = NOW, server: dict[str, list[str]] = SERVER
) -> tuple[str, str]:
    return certificate_of(ensure_authority(secrets, now), secrets, "portainer", now=now, **server)


def kept(folder: Path, now: datetime = NOW) -> Secrets:
    """The secrets of a cluster that was deployed."""
    secrets = Secrets(folder)
    server_certificate(secrets, now)
    secrets.keep()
    return secrets


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def loaded(pem: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem.encode())


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    secrets = Secrets(folder)
    assert server_certificate(secrets) == server_certificate(secrets)
    assert not folder.exists()


def test_made_once(folder: Path) -> None:
    secrets = Secrets(folder)
    planned = server_certificate(secrets)
    secrets.keep()
    files = contents(folder)
    assert set(files) == {CERTIFICATE, KEY, "portainer-certificate.pem", "portainer-key.pem"}
    assert server_certificate(Secrets(folder)) == planned
    Secrets(folder).keep()
    assert contents(folder) == files
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_a_server_s_certificate(folder: Path) -> None:
    secrets = Secrets(folder)
    certificate = loaded(server_certificate(secrets)[0])
    authority = ensure_authority(secrets, NOW).certificate
    verifier = PolicyBuilder().store(Store([authority])).time(NOW.replace(tzinfo=None))
    name = verifier.build_server_verifier(x509.DNSName("pi8a.home.arpa"))
    assert name.verify(certificate, []) == [certificate, authority]
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["pi8a", "pi8a.home.arpa"]
    assert [str(ip) for ip in names.get_values_for_type(x509.IPAddress)] == ["192.168.1.17"]
    assert certificate.not_valid_before_utc == NOW - DAY  # for a clock that is late
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc == 397 * DAY


def test_the_authority_s_certificate(folder: Path) -> None:
    certificate = ensure_authority(Secrets(folder), NOW).certificate
    assert certificate.subject.rfc4514_string() == "CN=PiCluster home"
    assert certificate.not_valid_before_utc == NOW - DAY
    assert certificate.not_valid_after_utc > NOW + 3650 * DAY
    constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.critical
    assert constraints.value == x509.BasicConstraints(ca=True, path_length=0)
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert isinstance(key.curve, ec.SECP256R1)


def test_a_long_cluster_name(tmp_path: Path) -> None:
    certificate = ensure_authority(Secrets(tmp_path / ("long-" * 20)), NOW).certificate
    assert len(certificate.subject.rfc4514_string()) == len("CN=") + 64


def test_renewed_in_its_last_thirty_days(folder: Path) -> None:
    kept(folder)
    before = contents(folder)
    end = loaded(before["portainer-certificate.pem"]).not_valid_after_utc
    assert server_certificate(Secrets(folder), end - 30 * DAY)[1] == before["portainer-key.pem"]
    secrets = Secrets(folder)
    certificate, key = server_certificate(secrets, end - 30 * DAY + timedelta(seconds=1))
    assert contents(folder) == before  # until the run executes
    secrets.keep()
    after = contents(folder)
    assert (certificate, key) == (after["portainer-certificate.pem"], after["portainer-key.pem"])
    assert key != before["portainer-key.pem"]
    assert loaded(certificate).not_valid_after_utc > end + 300 * DAY
    assert after[CERTIFICATE] == before[CERTIFICATE]


@pytest.mark.parametrize(
    "other",
    [
        {**SERVER, "addresses": ["192.168.1.18"]},
        {**SERVER, "addresses": []},
        {**SERVER, "names": ["pi4a"]},
    ],
)
def test_made_anew_for_another_board(folder: Path, other: dict[str, list[str]]) -> None:
    secrets = kept(folder)
    before = server_certificate(secrets)
    after = server_certificate(secrets, server=other)
    assert before[0] != after[0]
    assert before[1] != after[1]


def test_the_order_of_names_does_not_matter(folder: Path) -> None:
    secrets = kept(folder)
    turned = {**SERVER, "names": SERVER["names"][::-1]}
    assert server_certificate(secrets, server=turned) == server_certificate(secrets)


@pytest.mark.parametrize("name", ["portainer-certificate.pem", "portainer-key.pem"])
@pytest.mark.parametrize("content", [None, "-----BEGIN damaged\n", "another's"])
def test_a_server_s_pair_that_does_not_fit_is_made_anew(
    folder: Path, tmp_path: Path, name: str, content: str | None
) -> None:
    kept(folder)
    before = contents(folder)
    if content == "another's":
        content = contents(kept(tmp_path / "other").folder)[name]
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_text(content)
    secrets = Secrets(folder)
    certificate, key = server_certificate(secrets)
    secrets.keep()
    after = contents(folder)
    assert after["portainer-certificate.pem"] == certificate != before["portainer-certificate.pem"]
    assert after["portainer-key.pem"] == key != before["portainer-key.pem"]
    assert after[CERTIFICATE] == before[CERTIFICATE]
    assert server_certificate(Secrets(folder)) == (certificate, key)


def test_a_clock_that_was_fast_once(folder: Path) -> None:
    """Its certificate is not valid yet, and is made anew; the authority is older and stays."""
    secrets = Secrets(folder)
    authority = ensure_authority(secrets, NOW)
    early = certificate_of(authority, secrets, "portainer", **SERVER, now=NOW + 5 * DAY)
    assert server_certificate(secrets, NOW) != early


def test_made_anew_for_a_new_authority(folder: Path) -> None:
    kept(folder)
    before = contents(folder)
    (folder / CERTIFICATE).unlink()
    (folder / KEY).unlink()
    secrets = Secrets(folder)
    certificate, _ = server_certificate(secrets)
    assert certificate != before["portainer-certificate.pem"]
    loaded(certificate).verify_directly_issued_by(ensure_authority(secrets, NOW).certificate)


def test_an_authority_s_certificate_is_made_from_its_key_again(folder: Path) -> None:
    """A run may have ended between the two; what was signed before is good all the same."""
    kept(folder)
    before = contents(folder)
    (folder / CERTIFICATE).unlink()
    secrets = Secrets(folder)
    certificate, _ = server_certificate(secrets)
    assert certificate == before["portainer-certificate.pem"]
    loaded(certificate).verify_directly_issued_by(ensure_authority(secrets, NOW).certificate)


def test_a_key_that_is_kept_elsewhere_is_missed_when_it_is_needed(folder: Path) -> None:
    kept(folder)
    (folder / KEY).unlink()
    before = contents(folder)
    secrets = Secrets(folder)
    assert server_certificate(secrets)[0] == before["portainer-certificate.pem"]
    with pytest.raises(AuthorityError, match=r"ca-key\.pem is missing.*Put it back, or remove"):
        server_certificate(secrets, NOW + 390 * DAY)
    secrets.keep()
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (CERTIFICATE, "damaged", r"ca-certificate\.pem is no certificate"),
        (KEY, "damaged", r"ca-key\.pem is no key"),
        (CERTIFICATE, None, "do not belong together"),
        (KEY, None, "do not belong together"),
    ],
)
def test_an_authority_is_never_replaced_unasked(
    folder: Path, tmp_path: Path, name: str, content: str | None, message: str
) -> None:
    kept(folder)
    (folder / name).write_text(content or contents(kept(tmp_path / "other").folder)[name])
    before = contents(folder)
    secrets = Secrets(folder)
    with pytest.raises(AuthorityError, match=f"{message}.*Put the old files back, or remove both"):
        ensure_authority(secrets, NOW)
    secrets.keep()
    assert contents(folder) == before


@pytest.mark.parametrize("now", [NOW - 2 * DAY, NOW + 3660 * DAY])
def test_an_authority_out_of_its_time(folder: Path, now: datetime) -> None:
    kept(folder)
    with pytest.raises(AuthorityError, match="Set the clock if it is wrong"):
        ensure_authority(Secrets(folder), now)


def test_an_authority_in_its_last_days(folder: Path) -> None:
    kept(folder)
    end = ensure_authority(Secrets(folder), NOW).certificate.not_valid_after_utc
    certificate, _ = server_certificate(Secrets(folder), end - 40 * DAY)
    assert loaded(certificate).not_valid_after_utc == end
    with pytest.raises(AuthorityError, match=r"ends on 2036-11-2.*a new one is made"):
        server_certificate(Secrets(folder), end - 20 * DAY)


def test_nothing_shows_a_key(folder: Path) -> None:
    authority = ensure_authority(Secrets(folder), NOW)
    assert "key=" not in repr(authority)
    assert "PRIVATE" not in authority.certificate_pem
