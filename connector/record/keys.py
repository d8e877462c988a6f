"""Two keys, each a file beside the data and never in it.

One signs the record's checkpoints. The other is the master key of personal data: a
backup of the database without it tells nobody's name.
"""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from connector.refusals import UnavailableError
from workflows.people.subject_keys import KEY_BYTES
from workflows.record.notes import public_bytes

KEY_FILE = "record.key"
MASTER_KEY_FILE = "persons.key"
_OWNER_ONLY = 0o600


def record_key(data: Path) -> Ed25519PrivateKey:
    """Return the key in the data folder; made the first time, read by the owner.

    Raises:
        UnavailableError: the file holds no Ed25519 key.
    """
    path = data / KEY_FILE
    if not path.exists():
        _write(path, _pem(Ed25519PrivateKey.generate()))
    return _read(path)


def master_key(data: Path) -> bytes | None:
    """Return the master key of personal data in the data folder, None without one.

    Raises:
        UnavailableError: the file holds no key of 32 bytes.
    """
    path = data / MASTER_KEY_FILE
    if not path.exists():
        return None
    try:
        key = base64.b64decode(path.read_bytes(), validate=False)
    except ValueError as fault:
        raise UnavailableError(f"{path}: this is no key ({fault})") from None
    if len(key) != KEY_BYTES:
        raise UnavailableError(f"{path}: this is no key of {KEY_BYTES} bytes")
    return key


def make_master_key(data: Path) -> None:
    """Make the master key of personal data, where there is none."""
    fresh = base64.b64encode(secrets.token_bytes(KEY_BYTES))
    _write(data / MASTER_KEY_FILE, fresh + b"\n")


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
    _write(path, _pem(Ed25519PrivateKey.generate()))
    return aside


def _read(path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as fault:
        raise UnavailableError(f"{path}: this is no key ({fault})") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UnavailableError(f"{path}: this is no Ed25519 key")
    return key


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, content: bytes) -> None:
    """Write whole or not at all; two that start at once end with the same key."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
