"""Exemptions from public access (unntak fra offentlighet), with what they rest on.

An exemption has a legal basis, a reason, a person, a day, and an assessment of wider
access (meroffentlighet): why it is not opened all the same (INV-15).
Source: offentleglova §§ 11 and 13 to 26.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import IMMUTABLE, Base, Owned, owned, refers_to
from workflows.clock import norwegian_date
from workflows.errors import InvalidValueError, RuleBrokenError
from workflows.law.references import exemption
from workflows.people.hats import Hat

INTERNAL_DOCUMENT = "exemption_internal_document"
DEFERRED = "exemption_deferred"


class Exemption(Owned, Base, kw_only=True):
    """Why a case is exempt, who decided it and when. Immutable.

    `basis` is the code word of the legal reference. A case that was exempt already in
    the official system has none: its grounds stand there.
    """

    __tablename__ = "exemption"
    __table_args__ = (
        refers_to("case_folder", "case_id"),
        refers_to("person", "person_id"),
        IMMUTABLE,
    )

    case_id: Mapped[uuid.UUID]
    basis: Mapped[str]
    reason: Mapped[str]
    wider_access: Mapped[str]
    person_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
    at: Mapped[datetime]


def require_exemption(
    basis: str | None, *, reason: str, wider_access: str, at: datetime
) -> None:
    """Raise unless an exemption, when there is one, has all that it rests on.

    Raises:
        InvalidValueError: the basis is no exemption, or there are grounds without one.
        NotFoundError: no such exemption is in force that day.
        RuleBrokenError: a ground is missing, or it is the one of internal documents,
            which papers to elected bodies cannot have (INV-15).
    """
    if basis is None:
        if reason or wider_access:
            raise InvalidValueError("restricted", "grounds without a legal basis")
        return
    _require_basis(basis, on=norwegian_date(at))
    if not reason.strip() or not wider_access.strip():
        raise RuleBrokenError(
            "an exemption has a reason and an assessment of wider access",
            rule="INV-15",
        )


def require_end(basis: str | None, opens_on: date | None, *, at: datetime) -> None:
    """Raise `RuleBrokenError` (L-24) unless deferred access, and it alone, has an end.

    Its day is still to come. Source: offentleglova § 5.
    """
    if (basis == DEFERRED) != (opens_on is not None):
        raise RuleBrokenError(
            "deferred access has a day when it ends, and nothing else has", rule="L-24"
        )
    if opens_on and opens_on <= norwegian_date(at):
        raise RuleBrokenError(f"{opens_on} is not to come", rule="L-24")


def exempt(
    session: Session,
    case: uuid.UUID,
    *,
    basis: str,
    reason: str,
    wider_access: str,
    by: Hat,
    at: datetime,
) -> Exemption:
    """Keep why a case is exempt, with who decided it and when."""
    row = Exemption(
        case_id=case,
        basis=basis,
        reason=reason,
        wider_access=wider_access,
        person_id=by.person_id,
        at=at,
    )
    session.add(row)
    return row


def exemption_on(session: Session, case: uuid.UUID) -> Exemption | None:
    """Return why a case is exempt, None when it is open or was exempt elsewhere."""
    query = owned(session, Exemption).where(Exemption.case_id == case)
    return session.scalars(query.order_by(Exemption.at.desc())).first()


def _require_basis(basis: str, *, on: date) -> None:
    if basis == INTERNAL_DOCUMENT:
        raise RuleBrokenError(
            "papers to elected bodies are never exempt as internal documents",
            rule="INV-15",
        )
    exemption(basis, on=on)
