"""The key that signs the record's checkpoints: a file beside the data, never in it."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from connector.refusals import UnavailableError
from workflows.record.notes import public_bytes

KEY_FILE = "record.key"
_OWNER_ONLY = 0o600


def record_key(data: Path) -> Ed25519PrivateKey:
    """Return the key in the data folder; made the first time, read by the owner.

    Raises:
        UnavailableError: the file holds no Ed25519 key.
    """
    path = data / KEY_FILE
    if not path.exists():
        _write(path, Ed25519PrivateKey.generate())
    return _read(path)


def public_keys(data: Path) -> list[bytes]:
    """Return the public halves of the key in use and of those laid aside."""
    return [public_bytes(_read(path)) for path in sorted(data.glob(f"{KEY_FILE}*"))]


def begin_new_key(data: Path) -> Path:
    """Lay the key aside and make a new one; return where the old one lies.

    The record enters the new key with its next act. What the old one signed still
    holds: its public half stays in the record.
    """
    path = data / KEY_FILE
    number = len(list(data.glob(f"{KEY_FILE}.old*"))) + 1
    aside = path.with_name(f"{KEY_FILE}.old{number}")
    path.replace(aside)
    _write(path, Ed25519PrivateKey.generate())
    return aside


def _read(path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as fault:
        raise UnavailableError(f"{path}: this is no key ({fault})") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UnavailableError(f"{path}: this is no Ed25519 key")
    return key


def _write(path: Path, key: Ed25519PrivateKey) -> None:
    """Write whole or not at all; two that start at once end with the same key."""
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
