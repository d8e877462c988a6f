"""Checkpoints as text that anybody can read, keep and check: signed notes.

Three lines say which record it is, how many entries and the root over them; two more
the epoch and the time. Then comes the signature, Ed25519 over those lines. Sources:
https://c2sp.org/tlog-checkpoint, https://c2sp.org/signed-note, RFC 8032.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from workflows.record.leaves import instant

_ED25519 = b"\n\x01"
_NOTE = re.compile(
    r"(?P<text>(?P<origin>[^\s+]+)\n(?P<size>0|[1-9]\d{0,15})\n"
    r"(?P<root>[A-Za-z0-9+/]{43}=)\nepoch (?P<epoch>\d{1,6})\n"
    r"time (?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)\n)"
    r"\n— (?P<name>[^\s+]+) (?P<signature>[A-Za-z0-9+/]+={0,2})\n",
    re.ASCII,
)


class NoteRefusedError(ValueError):
    """A text is no checkpoint, or nobody known has signed it."""


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """How far a record had come at an instant, and the root over all its entries."""

    origin: str
    size: int
    root: bytes
    epoch: int
    at: datetime

    @property
    def text(self) -> str:
        """The lines that are signed."""
        root = base64.b64encode(self.root).decode()
        return (
            f"{self.origin}\n{self.size}\n{root}\n"
            f"epoch {self.epoch}\ntime {instant(self.at)}\n"
        )


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """Return the 32 bytes of the public key."""
    return key.public_key().public_bytes_raw()


def key_id(name: str, public: bytes) -> bytes:
    """Return the four bytes by which a signature names its key."""
    return sha256(name.encode() + _ED25519 + public).digest()[:4]


def signed(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """Return the checkpoint as a signed note; the same key gives the same bytes."""
    return signed_text(checkpoint.text, name=checkpoint.origin, key=key)


def signed_text(text: str, *, name: str, key: Ed25519PrivateKey) -> str:
    """Return a text of whole lines as a note that `name` has signed."""
    mark = key_id(name, public_bytes(key)) + key.sign(text.encode())
    return f"{text}\n— {name} {base64.b64encode(mark).decode()}\n"


def opened(note: str, *, publics: Iterable[bytes]) -> Checkpoint:
    """Return the checkpoint that a note holds, signed with one of the public keys.

    Raises:
        NoteRefusedError: it is none, or is signed with none of them.
    """
    found = _NOTE.fullmatch(note)
    if found is None:
        raise NoteRefusedError("this is no checkpoint")
    checkpoint = _told(found)
    try:
        mark = base64.b64decode(found["signature"], validate=True)
    except ValueError:
        raise NoteRefusedError("the signature is no base64") from None
    if found["name"] == checkpoint.origin:
        for public in publics:
            if _is_by(mark, public, checkpoint, found["text"].encode()):
                return checkpoint
    raise NoteRefusedError("the checkpoint is signed with no known key")


def _told(found: re.Match[str]) -> Checkpoint:
    try:
        at = datetime.fromisoformat(found["time"])
    except ValueError:
        raise NoteRefusedError("the time is none") from None
    return Checkpoint(
        origin=found["origin"],
        size=int(found["size"]),
        root=base64.b64decode(found["root"]),
        epoch=int(found["epoch"]),
        at=at,
    )


def _is_by(mark: bytes, public: bytes, checkpoint: Checkpoint, text: bytes) -> bool:
    if mark[:4] != key_id(checkpoint.origin, public):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(mark[4:], text)
    except InvalidSignature:
        return False
    return True
