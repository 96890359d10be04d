"""A private certificate authority on this computer, and the certificates of the boards' servers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from picluster.plan.errors import UserError
from picluster.secrets import Secrets

CERTIFICATE = "ca-certificate.pem"
KEY = "ca-key.pem"

AUTHORITY_LIFETIME = timedelta(days=3652)
SERVER_LIFETIME = timedelta(days=397)
RENEWAL = timedelta(days=30)
"""A certificate with less than this left is made anew."""
BACKDATED = timedelta(days=1)
"""A computer whose clock is a little late takes the certificate all the same."""

_LONGEST_NAME = 64
"""Characters that a common name may have."""

E = TypeVar("E", bound=x509.ExtensionType)


class AuthorityError(UserError):
    """Raised when the authority's files cannot be used: it is never replaced unasked."""


@dataclass(frozen=True)
class Authority:
    """Whose signature under a certificate is trusted."""

    path: Path
    """The certificate's file; there from the moment that the secrets are kept."""
    certificate: x509.Certificate
    key_path: Path
    key: ec.EllipticCurvePrivateKey | None = field(repr=False)
    """None where it was taken away; then what was signed goes on to be good."""

    @property
    def certificate_pem(self) -> str:
        """For browsers that are to trust the cluster's servers."""
        return _pem(self.certificate)


def ensure_authority(secrets: Secrets, now: datetime | None = None) -> Authority:
    """The cluster's own authority, made where there is none. Raises AuthorityError.

    + secrets: where its key and its certificate are kept
    """
    now = now or datetime.now(UTC)
    path, key_path = secrets.path(CERTIFICATE), secrets.path(KEY)
    found, found_key = secrets.found(CERTIFICATE), secrets.found(KEY)
    key: ec.EllipticCurvePrivateKey | None
    if found is None and found_key is None:
        key = ec.generate_private_key(ec.SECP256R1())
        # The key first: should a run end between the two, the certificate is made from it again.
        secrets.put(KEY, _key_pem(key))
    else:
        key = None if found_key is None else _loaded_key(found_key)
        if found_key is not None and key is None:
            raise AuthorityError(f"{key_path} is no key of this authority. {_advice(secrets)}")
    if found is None and key is not None:
        certificate = _self_signed(key, f"PiCluster {secrets.folder.name}", now)
        secrets.put(CERTIFICATE, _pem(certificate))
    else:
        loaded = _loaded_certificate(found or "")
        if loaded is None:
            raise AuthorityError(f"{path} is no certificate. {_advice(secrets)}")
        certificate = loaded
    if key is not None and key.public_key() != certificate.public_key():
        raise AuthorityError(f"{path} and {key_path} do not belong together. {_advice(secrets)}")
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not begin <= now <= end:
        raise AuthorityError(
            f"{path} is valid from {begin:%Y-%m-%d} to {end:%Y-%m-%d}, and this computer's clock "
            f"says {now:%Y-%m-%d}. Set the clock if it is wrong. {_advice(secrets)}"
        )
    return Authority(path, certificate, key_path, key)


def server_certificate(
    authority: Authority,
    secrets: Secrets,
    name: str,
    names: Iterable[str],
    addresses: Iterable[str],
    now: datetime | None = None,
) -> tuple[str, str]:
    """Certificate and key of a server, as PEM. Raises AuthorityError.

    They stay the same until the certificate has fewer than 30 days left, or does not fit: to the
    authority, to its key, to names or addresses.

    + secrets: where both are kept
    + name: of the server among the secrets, and the certificate's subject
    + names: host names by which it is reached
    + addresses: IP addresses by which it is reached
    """
    now = now or datetime.now(UTC)
    certificate_name, key_name = f"{name}-certificate.pem", f"{name}-key.pem"
    found, found_key = secrets.found(certificate_name), secrets.found(key_name)
    wished = x509.SubjectAlternativeName(
        [
            *(x509.DNSName(text) for text in names),
            *(x509.IPAddress(ip_address(text)) for text in addresses),
        ]
    )
    if found and found_key and _is_good(found, found_key, authority, wished, now):
        return f"{found}\n", f"{found_key}\n"
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _issued(authority, key, name, wished, now)
    return (
        secrets.put(certificate_name, _pem(certificate)) + "\n",
        secrets.put(key_name, _key_pem(key)) + "\n",
    )


def _is_good(
    pem: str, key_pem: str, authority: Authority, wished: x509.SubjectAlternativeName, now: datetime
) -> bool:
    certificate, key = _loaded_certificate(pem), _loaded_key(key_pem)
    if certificate is None or key is None or key.public_key() != certificate.public_key():
        return False
    try:
        certificate.verify_directly_issued_by(authority.certificate)
    except (ValueError, TypeError, InvalidSignature):
        return False
    for_whom = _extension(certificate, x509.SubjectAlternativeName)
    return (
        for_whom is not None
        and set(for_whom) == set(wished)
        and certificate.not_valid_before_utc <= now
        and now + RENEWAL <= certificate.not_valid_after_utc
    )


def _issued(
    authority: Authority,
    key: ec.EllipticCurvePrivateKey,
    name: str,
    wished: x509.SubjectAlternativeName,
    now: datetime,
) -> x509.Certificate:
    if authority.key is None:
        raise AuthorityError(
            f"{authority.key_path} is missing, and a new certificate is due, which it has to sign. "
            f"Put it back, or remove {authority.path} too: a new authority is made then, which "
            "browsers have to be told of"
        )
    end = authority.certificate.not_valid_after_utc
    if end < now + RENEWAL:
        raise AuthorityError(
            f"the authority in {authority.path} ends on {end:%Y-%m-%d}. Remove it and "
            f"{authority.key_path}: a new one is made, which browsers have to be told of"
        )
    begin = now - BACKDATED
    issuer = _extension(authority.certificate, x509.SubjectKeyIdentifier)
    builder = (
        _builder(name, key, begin, min(begin + SERVER_LIFETIME, end))
        .issuer_name(authority.certificate.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(wished, critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer)
            if issuer is not None
            else x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()),
            critical=False,
        )
    )
    return builder.sign(authority.key, hashes.SHA256())


def _self_signed(key: ec.EllipticCurvePrivateKey, name: str, now: datetime) -> x509.Certificate:
    begin = now - BACKDATED
    builder = _builder(name, key, begin, begin + AUTHORITY_LIFETIME)
    return (
        builder.issuer_name(_subject(name))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def _builder(
    name: str, key: ec.EllipticCurvePrivateKey, begin: datetime, end: datetime
) -> x509.CertificateBuilder:
    """What all certificates have."""
    return (
        x509.CertificateBuilder()
        .subject_name(_subject(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:_LONGEST_NAME])])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _extension(certificate: x509.Certificate, kind: type[E]) -> E | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except (x509.ExtensionNotFound, ValueError):
        return None


def _loaded_certificate(pem: str) -> x509.Certificate | None:
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except ValueError:
        return None


def _loaded_key(pem: str) -> ec.EllipticCurvePrivateKey | None:
    try:
        key = serialization.load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, ec.EllipticCurvePrivateKey) else None


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def _advice(secrets: Secrets) -> str:
    return (
        f"Put the old files back, or remove both {KEY} and {CERTIFICATE} in {secrets.folder}: a "
        "new authority is made then, which browsers have to be told of"
    )
