"""Which account of Entra ID is whose: what lets a registered person sign in.

An account is (tenant id, object id), the two that never change and are never given to
another; name, e-mail and user name are no account. Stored is only a keyed digest of
them, under a key that follows from the master key of personal data: the database alone
tells neither who has an account nor which. Source:
https://learn.microsoft.com/entra/identity-platform/claims-validation#validate-the-subject
"""

from __future__ import annotations

import hashlib
import hmac
import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, Session

from workflows.base import (
    OWN_DATA,
    TENANT,
    Base,
    Owned,
    by_ref,
    get,
    owned,
    refers_to,
    tenant,
)
from workflows.errors import InvalidValueError, RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.persons import Person
from workflows.people.sign_ins import end_sign_ins
from workflows.people.subject_keys import require_master_key
from workflows.record.entries import append

GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
ONE_EACH: Final = "one person one account"
_PURPOSE: Final = b"samspor entra account v1"


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account of Entra ID (konto): its tenant's id and its own object id."""

    tid: str
    oid: str

    def require_plain(self) -> None:
        """Raise `InvalidValueError` unless both are ids in small letters."""
        for name, value in (("tid", self.tid), ("oid", self.oid)):
            if not GUID.fullmatch(value):
                raise InvalidValueError(
                    name,
                    "is no id of 32 hexadecimal digits in small letters, with strokes",
                )


class AccountLink(Owned, Base, kw_only=True):
    """That an account is a person's (kobling til konto); `account_hmac` is all kept."""

    __tablename__ = "account_link"
    __table_args__ = (
        refers_to("person", "person_id"),
        UniqueConstraint(TENANT, "person_id"),
        UniqueConstraint(TENANT, "account_hmac"),
        OWN_DATA,
    )

    person_id: Mapped[uuid.UUID]
    account_hmac: Mapped[str]
    linked_at: Mapped[datetime]


def link_account(
    session: Session, *, person: str, account: Account, by: Hat, at: datetime
) -> AccountLink:
    """Let a person sign in with an account. The same again changes nothing.

    The record keeps that it was done, and nothing of the account.

    Raises:
        NotFoundError: there is no such person.
        InvalidValueError: an id is none.
        RuleBrokenError: the person is erased or restricted, or has another account;
            the account is another's; or the master key is not there.
    """
    permit(by, "account.linked", at=at)
    account.require_plain()
    row = by_ref(session, Person, person)
    if row.nameless:
        raise RuleBrokenError(
            f"{person} is shown to nobody: {row.nameless}",
            rule="who is not shown does not sign in",
        )
    digest = _digest(session, account)
    known = link_of(session, row)
    if known is not None and hmac.compare_digest(known.account_hmac, digest):
        return known
    _require_free(session, known, digest)
    link = AccountLink(person_id=row.id, account_hmac=digest, linked_at=at)
    session.add(link)
    append(session, "account.linked", row, by=by, at=at)
    return link


def unlink_account(session: Session, *, person: str, by: Hat, at: datetime) -> Person:
    """Let a person sign in no more, from the next request on.

    Raises:
        NotFoundError: there is no such person.
        RuleBrokenError: the person has no account.
    """
    permit(by, "account.unlinked", at=at)
    row = by_ref(session, Person, person)
    link = link_of(session, row)
    if link is None:
        raise RuleBrokenError(f"{person} has no account", rule="no account is linked")
    session.delete(link)
    end_sign_ins(session, row.id)
    append(session, "account.unlinked", row, by=by, at=at)
    return row


def link_of(session: Session, person: Person) -> AccountLink | None:
    """Return the link of a person, None without one."""
    query = owned(session, AccountLink).where(AccountLink.person_id == person.id)
    return session.scalars(query).one_or_none()


def person_with(session: Session, account: Account) -> Person | None:
    """Return whose account it is; None when nobody's, or of one who is not shown.

    Raises:
        RuleBrokenError: the master key is not there.
    """
    link = _linked(session, _digest(session, account))
    person = get(session, Person, link.person_id) if link else None
    return None if person is None or person.nameless else person


def _require_free(session: Session, known: AccountLink | None, digest: str) -> None:
    if known is not None:
        raise RuleBrokenError(
            "the person has an account; unlink it first", rule=ONE_EACH
        )
    if _linked(session, digest) is not None:
        raise RuleBrokenError("the account is linked to another person", rule=ONE_EACH)


def _linked(session: Session, digest: str) -> AccountLink | None:
    query = owned(session, AccountLink).where(AccountLink.account_hmac == digest)
    return session.scalars(query).one_or_none()


def _digest(session: Session, account: Account) -> str:
    """Return the keyed digest; the same account elsewhere has another."""
    of_ours = _PURPOSE + tenant(session).bytes
    key = hmac.digest(require_master_key(session), of_ours, hashlib.sha256)
    text = f"{account.tid}/{account.oid}"
    return hmac.digest(key, text.encode(), hashlib.sha256).hex()
