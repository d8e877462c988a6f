"""The key that Entra ID signs with, and the certificate of the registered app."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

BEGINS = datetime(2020, 1, 1, tzinfo=UTC)
ENDS = datetime(2099, 1, 1, tzinfo=UTC)
PEM = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@dataclass(frozen=True, kw_only=True)
class Keys:
    """`signing` signs tokens; `secret` signs addresses; `app` is the app's own file.

    The app file holds the private key and the certificate as PEM, as an administrator
    would make it; the stand-in itself only reads the certificate.
    """

    signing: rsa.RSAPrivateKey
    secret: bytes
    app: Path
    registered: x509.Certificate

    @property
    def id(self) -> str:
        """The `kid` of the signing key."""
        numbers = self.signing.public_key().public_numbers()
        return _text(hashlib.sha256(str(numbers.n).encode()).digest())[:27]

    @property
    def admin(self) -> str:
        """What a test shows to move the clock or to set faults."""
        return hashlib.sha256(b"admin" + self.secret).hexdigest()

    def key_set(self) -> dict[str, Any]:
        """Return the public key as a JSON Web Key Set (RFC 7517)."""
        public = jwt.algorithms.RSAAlgorithm.to_jwk(
            self.signing.public_key(), as_dict=True
        )
        return {"keys": [{**public, "kid": self.id, "use": "sig", "alg": "RS256"}]}

    def signed(self, claims: dict[str, Any]) -> str:
        """Return claims as a token that the stand-in issued."""
        return jwt.encode(
            claims, self.signing, algorithm="RS256", headers={"kid": self.id}
        )


def keys(folder: Path) -> Keys:
    """Return the keys in a folder, made the first time."""
    folder.mkdir(parents=True, exist_ok=True)
    app = folder / "app.pem"
    if not app.exists():
        _make_app(app)
    return Keys(
        signing=_signing(folder / "signing.pem"),
        secret=_secret(folder / "addresses.key"),
        app=app,
        registered=x509.load_pem_x509_certificate(app.read_bytes()),
    )


def _signing(path: Path) -> rsa.RSAPrivateKey:
    if not path.exists():
        _write(path, _new_key().private_bytes(*PEM))
    loaded = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(loaded, rsa.RSAPrivateKey):
        raise TypeError(f"{path}: holds no RSA key")
    return loaded


def _secret(path: Path) -> bytes:
    if not path.exists():
        _write(path, secrets.token_bytes(32))
    return path.read_bytes()


def _make_app(path: Path) -> None:
    key = _new_key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Samspor")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGINS)
        .not_valid_after(ENDS)
        .sign(key, SHA256())
    )
    _write(path, key.private_bytes(*PEM) + made.public_bytes(Encoding.PEM))


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _write(path: Path, data: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(data)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
