"""How an agent knows its server: by a signature of the shared secret."""

import base64
import binascii
import threading

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

PUBLIC_KEY = "X-PortainerAgent-PublicKey"
SIGNATURE = "X-PortainerAgent-Signature"
_WITHOUT_SECRET = "Portainer-App"  # noqa: S105 - the text that is signed where there is no secret


def signed_headers(key: ec.EllipticCurvePrivateKey, secret: str) -> dict[str, str]:
    """The headers that prove a request's origin to an agent."""
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    signature = key.sign((secret or _WITHOUT_SECRET).encode(), ec.ECDSA(hashes.SHA256()))
    return {PUBLIC_KEY: public.hex(), SIGNATURE: base64.b64encode(signature).decode()}


class Verifier:
    """An agent's side: any server that knows the secret, or without one the first that comes."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._paired: str | None = None
        self._lock = threading.Lock()

    def accepts(self, public_key: str, signature: str) -> bool:
        """Whether a request with these headers may be answered."""
        if not _is_signed(public_key, signature, self._secret or _WITHOUT_SECRET):
            return False
        if self._secret:
            return True
        with self._lock:
            self._paired = self._paired or public_key
            return self._paired == public_key


def _is_signed(public_key: str, signature: str, message: str) -> bool:
    try:
        key = serialization.load_der_public_key(bytes.fromhex(public_key))
        if not isinstance(key, ec.EllipticCurvePublicKey):
            return False
        key.verify(base64.b64decode(signature), message.encode(), ec.ECDSA(hashes.SHA256()))
    except (ValueError, binascii.Error, InvalidSignature):
        return False
    return True
