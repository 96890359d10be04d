"""Keys and self-signed certificates."""

import datetime
import ipaddress
import ssl
import tempfile
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from .files import write

VALID_DAYS = 5 * 365


def new_key() -> bytes:
    """A private key for ECDSA as PEM."""
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )


def private_key(pem: bytes) -> ec.EllipticCurvePrivateKey:
    """A private key from PEM; raises ValueError when it is none."""
    key = serialization.load_pem_private_key(pem, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        message = "not an ECDSA key"
        raise ValueError(message)
    return key


def self_signed(names: list[str], addresses: list[str]) -> tuple[bytes, bytes]:
    """A certificate without a subject, and its key, as PEM."""
    pem = new_key()
    key = private_key(pem)
    now = datetime.datetime.now(datetime.UTC)
    alternatives: list[x509.GeneralName] = [x509.DNSName(name) for name in names]
    alternatives += [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(x509.Name([]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=1))
        .not_valid_after(now + datetime.timedelta(days=VALID_DAYS))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM), pem


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """What a TLS server needs; raises OSError (ssl.SSLError) for files that don't fit."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def passing_context(addresses: list[str]) -> ssl.SSLContext:
    """A server's context with a certificate that lives as long as the process."""
    certificate, key = self_signed([], addresses)
    with tempfile.TemporaryDirectory(prefix="certs-") as folder:
        write(Path(folder, "cert.pem"), certificate)
        write(Path(folder, "key.pem"), key)
        return server_context(Path(folder, "cert.pem"), Path(folder, "key.pem"))


def public_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public half of a key."""
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
