"""Proposing and deciding who may read something: the access class, with its basis.

The project manager proposes for the documents of the development line; the case officer
and the chief executive for cases, drøftinger and what has been handed over to them. The
archive decides. The legal basis is the one in force that day.
Source: offentleglova §§ 3, 11 and 13 to 26.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from workflows.base import by_ref, owned
from workflows.consultations import Consultation
from workflows.decision.cases import Case
from workflows.decision.exemptions import exempt, require_end, require_exemption
from workflows.development.documents import Document
from workflows.development.outputs import Output, handover_of
from workflows.errors import (
    InvalidValueError,
    NotFoundError,
    NotPermittedError,
)
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.kinds import DEVELOPMENT_ROLES
from workflows.record.access_classes import AccessClass, AccessDecision, AccessProposal
from workflows.record.entries import append, next_seq
from workflows.trace.exemption_reviews import plan_review

Thing = Case | Document | Consultation


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """What an exemption rests on; all empty for what is public (INV-15)."""

    basis: str | None = None
    reason: str = ""
    wider_access: str = ""


def propose_access(
    session: Session,
    *,
    about: str,
    access: AccessClass,
    basis: str | None = None,
    reason: str = "",
    wider_access: str = "",
    by: Hat,
    at: datetime,
) -> AccessProposal:
    """Propose an access class to the archive; nothing is opened or closed by it.

    Raises:
        InvalidValueError: the class and its grounds do not fit.
        NotFoundError: there is no such thing that the hat works with.
        NotPermittedError: it belongs to the other line.
        RuleBrokenError: an exemption lacks a ground (INV-15).
    """
    permit(by, "access.proposed", at=at)
    thing = found(session, about)
    require_own(session, thing, by=by)
    grounds = Grounds(basis=basis, reason=reason, wider_access=wider_access)
    _require_sound(access, grounds, at=at)
    row = AccessProposal(
        about=about,
        access=access,
        basis=basis,
        reason=reason,
        wider_access=wider_access,
        mandate_id=by.require_mandate(),
        entry=next_seq(session),
        at=at,
    )
    session.add(row)
    append(session, "access.proposed", thing, by=by, at=at)
    return row


def decide_access(
    session: Session,
    *,
    about: str,
    access: AccessClass,
    basis: str | None = None,
    reason: str = "",
    wider_access: str = "",
    opens_on: date | None = None,
    review_on: date | None = None,
    by: Hat,
    at: datetime,
) -> AccessDecision:
    """Decide an access class, which holds from now on; the archive alone can.

    Deferred access has a day, `opens_on`, when it ends by itself, and nothing else has.
    An exemption that holds only while it is required is looked at anew on `review_on`,
    within a year when no day is said (L-23).
    Raises as `propose_access` does; `RuleBrokenError` for deferred access without a day
    that is to come (L-24).
    """
    permit(by, "access.decided", at=at)
    thing = found(session, about)
    grounds = Grounds(basis=basis, reason=reason, wider_access=wider_access)
    _require_sound(access, grounds, at=at)
    require_end(basis, opens_on, at=at)
    row = AccessDecision(
        about=about,
        access=access,
        basis=basis,
        reason=reason,
        wider_access=wider_access,
        opens_on=opens_on,
        mandate_id=by.require_mandate(),
        entry=next_seq(session),
        at=at,
    )
    session.add(row)
    plan_review(session, about, basis, review_on=review_on, at=at)
    carry_out(session, thing, access, grounds, by=by, at=at)
    facts = {"access": access.value, "basis": basis}
    facts |= {"opens_on": opens_on.isoformat()} if opens_on else {}
    append(session, "access.decided", thing, by=by, at=at, facts=facts)
    return row


def found(session: Session, about: str) -> Thing:
    """Return the case, document or drøfting with a reference, or raise."""
    kinds: tuple[type[Thing], ...] = (Case, Document, Consultation)
    for kind in kinds:
        row = session.scalars(owned(session, kind).where(kind.ref == about)).first()
        if row is not None:
            return row
    raise NotFoundError("case, document or consultation", about)


def require_own(session: Session, thing: Thing, *, by: Hat) -> None:
    """Raise unless a hat of one of the lines works with this thing."""
    if by.role in DEVELOPMENT_ROLES:
        if not isinstance(thing, Document):
            raise NotPermittedError(by.role.value, "access.proposed", rule="INV-01")
        if by.project and by.project != thing.project:
            raise NotFoundError("document", thing.ref)
    elif isinstance(thing, Document):
        _require_handed_over(session, thing)


def _require_handed_over(session: Session, paper: Document) -> None:
    is_output = paper.kind == "output"
    if not is_output or not handover_of(session, by_ref(session, Output, paper.ref)):
        raise NotFoundError("document", paper.ref)


def _require_sound(access: AccessClass, grounds: Grounds, *, at: datetime) -> None:
    if (access is AccessClass.EXEMPT) != (grounds.basis is not None):
        raise InvalidValueError("basis", "an exemption has one, what is public none")
    require_exemption(
        grounds.basis,
        reason=grounds.reason,
        wider_access=grounds.wider_access,
        at=at,
    )


def carry_out(
    session: Session,
    thing: Thing,
    access: AccessClass,
    grounds: Grounds,
    *,
    by: Hat,
    at: datetime,
) -> None:
    """Let a decision hold: documents are told by it, the others keep their own."""
    if isinstance(thing, Consultation):
        thing.access, thing.exemption = access, grounds.basis
    if isinstance(thing, Case):
        thing.restricted = grounds.basis
        if grounds.basis:
            exempt(
                session,
                thing.id,
                basis=grounds.basis,
                reason=grounds.reason,
                wider_access=grounds.wider_access,
                by=by,
                at=at,
            )
