"""A key for each person, behind which stands what is stored about who they are.

A field is stored as AES-256-GCM under the person's own key, which is itself stored
under the municipality's master key. That one is a file, never in the database nor in
its backup. When a person's key is destroyed, no copy of the row tells anything any
more, while everything that refers to the person still holds. Sources: NIST SP 800-38D
(GCM), NIST SP 800-88 (cryptographic erase), GDPR art. 17, 18 and 32.
"""

from __future__ import annotations

import base64
import secrets
import uuid
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import Base, Owned, owned, tenant
from workflows.errors import RuleBrokenError

MASTER_KEY = "master_key"
KEY_BYTES, NONCE_BYTES = 32, 12
MARK = "vault:1:"
_WRAPPING = "key"


class SubjectKey(Owned, Base, kw_only=True):
    """A person's own key (personnøkkel), under the master key; None when destroyed.

    Its id is the person's. `restricted_at` is since when the fields are shown to
    nobody, though they are kept.
    """

    __tablename__ = "subject_key"
    __table_args__ = ({"info": {"private": True}},)

    wrapped: Mapped[bytes | None]
    restricted_at: Mapped[datetime | None] = mapped_column(default=None)
    erased_at: Mapped[datetime | None] = mapped_column(default=None)

    def sealed(self, field: str, value: str, *, master: bytes) -> str:
        """Return the value of a field as it is stored."""
        locked = _encrypted(self._opened(master), value.encode(), self._about(field))
        return MARK + base64.b64encode(locked).decode()

    def shown(self, field: str, stored: str, *, master: bytes) -> str | None:
        """Return a stored field; None when it is not under these keys."""
        locked = base64.b64decode(stored.removeprefix(MARK))
        try:
            key = self._opened(master)
            return _decrypted(key, locked, self._about(field)).decode()
        except InvalidTag:
            return None

    def is_under(self, master: bytes) -> bool:
        """Return whether this key is stored under a master key."""
        try:
            return bool(self._opened(master))
        except InvalidTag:
            return False

    def _opened(self, master: bytes) -> bytes:
        if self.wrapped is None:
            raise InvalidTag
        return _decrypted(master, self.wrapped, self._about(_WRAPPING))

    def _about(self, field: str) -> bytes:
        return _about(self.municipality_id, self.id, field)


def is_sealed(stored: str) -> bool:
    """Return whether a stored field stands behind a key."""
    return stored.startswith(MARK)


def new_subject_key(session: Session, subject: uuid.UUID) -> SubjectKey:
    """Make a person's own key; it joins the session.

    Raises:
        RuleBrokenError: the master key is not there, so that nothing can be sealed.
    """
    about = _about(tenant(session), subject, _WRAPPING)
    fresh = secrets.token_bytes(KEY_BYTES)
    wrapped = _encrypted(require_master_key(session), fresh, about)
    key = SubjectKey(id=subject, wrapped=wrapped)
    session.add(key)
    return key


def any_key(session: Session) -> SubjectKey | None:
    """Return somebody's key that is not destroyed, None when there is none."""
    query = owned(session, SubjectKey).where(SubjectKey.wrapped.is_not(None))
    return session.scalars(query.limit(1)).first()


def master_key(session: Session) -> bytes | None:
    """Return the municipality's master key, None when its file is not there."""
    found: bytes | None = session.info.get(MASTER_KEY)
    return found


def require_master_key(session: Session) -> bytes:
    """Return the municipality's master key.

    Raises:
        RuleBrokenError: its file is not there.
    """
    found = master_key(session)
    if found is None:
        raise RuleBrokenError(
            "the master key of personal data is not there: lay the file persons.key "
            "back in the data folder",
            rule="personal data needs its key",
        )
    return found


def _about(municipality: uuid.UUID, subject: uuid.UUID, field: str) -> bytes:
    """Bind to municipality, person and field, so that nothing can change places."""
    return municipality.bytes + subject.bytes + field.encode()


def _encrypted(key: bytes, value: bytes, about: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, value, about)


def _decrypted(key: bytes, locked: bytes, about: bytes) -> bytes:
    return AESGCM(key).decrypt(locked[:NONCE_BYTES], locked[NONCE_BYTES:], about)
