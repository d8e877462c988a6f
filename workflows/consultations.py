"""Drøfting: what the employer discusses with the unions, apart from the three parties.

Two parties, employer and employees' organisations; the elected are none, and see
nothing of it before it is recorded. It belongs to neither line: a round among three is
never a drøfting, and a drøfting is never consent in a round (INV-12). See SM-11.
Source: Hovedavtalen KS, part B, on information, drøfting and negotiation.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import (
    IMMUTABLE,
    TENANT,
    Base,
    Owned,
    all_of,
    by_ref,
    codes,
    owned,
    refers_to,
)
from workflows.clock import norwegian_date
from workflows.errors import InvalidValueError, NotPermittedError, RuleBrokenError
from workflows.law.references import exemption as exemption_in_law
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.kinds import Party
from workflows.people.reading import Matter, holds, may_read
from workflows.record.access_classes import AccessClass
from workflows.record.entries import append, new_reference, next_seq
from workflows.record.states import move, steps

SIDES = Party.ADMINISTRATION, Party.UNION


class ConsultationState(enum.StrEnum):
    """Where a drøfting is (SM-11)."""

    NEEDED = "needed"
    CALLED = "called"
    HELD = "held"
    RECORDED = "recorded"


class ConsultationResult(enum.StrEnum):
    """What the two sides ended with."""

    AGREED = "agreed"
    PARTLY = "partly"
    DISAGREED = "disagreed"


S = ConsultationState
ALLOWED = steps(
    {S.NEEDED: {S.CALLED}, S.CALLED: {S.HELD}, S.HELD: {S.RECORDED}},
    ConsultationState,
)


class Consultation(Owned, Base, kw_only=True):
    """A drøfting about one subject. `about` is a case, an output or a document.

    `basis` is where the duty comes from; `measure` the version of the text discussed.
    `access` is whether the public sees it once it is recorded, None while nobody has
    said; `exemption` the code word of the rule that exempts it.
    """

    __tablename__ = "consultation"
    __table_args__ = (UniqueConstraint(TENANT, "ref"),)

    ref: Mapped[str]
    subject: Mapped[str]
    basis: Mapped[str]
    about: Mapped[list[str]] = mapped_column(default_factory=list)
    measure: Mapped[str | None] = mapped_column(default=None)
    state: Mapped[ConsultationState] = mapped_column(codes(ConsultationState))
    documents_sent_on: Mapped[date | None] = mapped_column(default=None)
    meets_at: Mapped[datetime | None] = mapped_column(default=None)
    place: Mapped[str | None] = mapped_column(default=None)
    held_on: Mapped[date | None] = mapped_column(default=None)
    result: Mapped[ConsultationResult | None] = mapped_column(
        codes(ConsultationResult), default=None
    )
    conclusion: Mapped[str] = mapped_column(default="")
    next_step: Mapped[str] = mapped_column(default="")
    access: Mapped[AccessClass | None] = mapped_column(codes(AccessClass), default=None)
    exemption: Mapped[str | None] = mapped_column(default=None)
    recorded_at: Mapped[datetime | None] = mapped_column(default=None)
    row_version: Mapped[int] = mapped_column(default=1, init=False)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's shape


class ConsultationView(Owned, Base, kw_only=True):
    """What the employer, or one organisation, said (syn i drøfting). Immutable."""

    __tablename__ = "consultation_view"
    __table_args__ = (
        refers_to("consultation", "consultation_id"),
        refers_to("mandate", "mandate_id"),
        IMMUTABLE,
    )

    consultation_id: Mapped[uuid.UUID]
    mandate_id: Mapped[uuid.UUID]
    party: Mapped[Party] = mapped_column(codes(Party))
    organisation: Mapped[str]
    text: Mapped[str]
    entry: Mapped[int]
    at: Mapped[datetime]


class ConsultationSignature(Owned, Base, kw_only=True):
    """One side's signature on the minutes (underskrift på protokollen). Immutable."""

    __tablename__ = "consultation_signature"
    __table_args__ = (
        refers_to("consultation", "consultation_id"),
        refers_to("mandate", "mandate_id"),
        UniqueConstraint(TENANT, "consultation_id", "organisation"),
        IMMUTABLE,
    )

    consultation_id: Mapped[uuid.UUID]
    mandate_id: Mapped[uuid.UUID]
    party: Mapped[Party] = mapped_column(codes(Party))
    organisation: Mapped[str]
    at: Mapped[datetime]


def need_consultation(
    session: Session,
    *,
    ref: str,
    subject: str,
    basis: str,
    about: Sequence[str] = (),
    measure: str | None = None,
    access: AccessClass | None = None,
    exemption: str | None = None,
    by: Hat,
    at: datetime,
) -> Consultation:
    """Register that something must be discussed before it is decided.

    The public sees it once it is recorded if `access` is public, and only then.
    Raises `InvalidValueError` when an exempt one lacks its legal basis.
    """
    permit(by, "consultation.needed", at=at)
    _refuse_elected(by, "consultation.needed")
    _require_basis(access, exemption, on=norwegian_date(at))
    row = Consultation(
        ref=new_reference(session, ref),
        subject=subject,
        basis=basis,
        about=list(about),
        measure=measure,
        access=access,
        exemption=exemption,
        state=S.NEEDED,
    )
    session.add(row)
    act = "consultation.needed"
    append(session, act, row, moved=[row], by=by, at=at, refs=list(about))
    return row


def call_consultation(
    session: Session,
    *,
    consultation: str,
    documents_sent_on: date,
    meets_at: datetime,
    place: str,
    by: Hat,
    at: datetime,
) -> Consultation:
    """Call the meeting, the documents sent to the organisations beforehand.

    Raises:
        RuleBrokenError: the documents come after the meeting, or are not sent yet.
    """
    row = _opened(session, consultation, "consultation.called", by=by, at=at)
    sent, meeting = documents_sent_on, norwegian_date(meets_at)
    if sent > norwegian_date(at) or sent >= meeting:
        raise RuleBrokenError(
            f"{consultation}: documents sent {sent}, meeting {meeting}; they are sent "
            "before the meeting is called",
            rule="L-38",
        )
    move(row, S.CALLED, ALLOWED)
    row.documents_sent_on, row.meets_at, row.place = sent, meets_at, place
    append(session, "consultation.called", row, moved=[row], by=by, at=at)
    return row


def give_view(
    session: Session, *, consultation: str, text: str, by: Hat, at: datetime
) -> ConsultationView:
    """Put the view of the employer, or of one organisation, in the minutes.

    Raises:
        InvalidValueError: the text is empty.
        RuleBrokenError: the meeting is not held, or the minutes are signed.
    """
    row = _opened(session, consultation, "consultation.viewed", by=by, at=at)
    if row.state is not S.HELD or signatures_on(session, row):
        raise RuleBrokenError(f"{consultation} takes no views now", rule="SM-11")
    if not text.strip():
        raise InvalidValueError("text", "says nothing")
    view = ConsultationView(
        consultation_id=row.id,
        mandate_id=by.require_mandate(),
        party=by.require_party(),
        organisation=by.organisation or "",
        text=text,
        entry=next_seq(session),
        at=at,
    )
    session.add(view)
    append(session, "consultation.viewed", row, by=by, at=at)
    return view


def hold_consultation(
    session: Session,
    *,
    consultation: str,
    result: ConsultationResult,
    conclusion: str,
    next_step: str = "",
    by: Hat,
    at: datetime,
) -> Consultation:
    """Minute that the meeting was held, and what the two sides ended with."""
    row = _opened(session, consultation, "consultation.held", by=by, at=at)
    if row.meets_at and at < row.meets_at:
        raise RuleBrokenError(f"{consultation} has not met yet", rule="SM-11")
    move(row, S.HELD, ALLOWED)
    row.held_on = norwegian_date(row.meets_at or at)
    row.result, row.conclusion, row.next_step = result, conclusion, next_step
    facts = {"result": result.value}
    append(session, "consultation.held", row, moved=[row], by=by, at=at, facts=facts)
    return row


def sign_consultation(
    session: Session, *, consultation: str, by: Hat, at: datetime
) -> Consultation:
    """Sign the minutes; they are recorded when employer and unions both have.

    Every organisation that has a view in the minutes must sign.
    """
    row = _opened(session, consultation, "consultation.signed", by=by, at=at)
    if row.state is not S.HELD or not by.signs:
        raise RuleBrokenError(f"{consultation} is not yours to sign now", rule="SM-11")
    session.add(
        ConsultationSignature(
            consultation_id=row.id,
            mandate_id=by.require_mandate(),
            party=by.require_party(),
            organisation=by.organisation or "",
            at=at,
        )
    )
    session.flush()
    moved = []
    if _all_signed(session, row):
        move(row, S.RECORDED, ALLOWED)
        row.recorded_at = at
        moved = [row]
    append(session, "consultation.signed", row, moved=moved, by=by, at=at)
    return row


def consultations_for(
    session: Session, hat: Hat | None, *, at: datetime
) -> list[Consultation]:
    """Return what a hat may see: the two sides all, others only what is recorded.

    Those who may not read drøftinger, as the public, see of the recorded ones those
    that are public.
    """
    if hat and hat.party in SIDES and holds(hat, at=at):
        return list(all_of(session, Consultation, Consultation.ref))
    rows = _recorded(session, at=at)
    if may_read(hat, Matter.CONSULTATION, at=at):
        return rows
    return [row for row in rows if row.access is AccessClass.PUBLIC]


def consultations_about(
    session: Session, ref: str, *, at: datetime
) -> list[Consultation]:
    """Return the recorded drøftinger about a case, output or document, oldest first."""
    found = [row for row in _recorded(session, at=at) if ref in row.about]
    return sorted(found, key=lambda row: (row.held_on or date.min, row.ref))


def views_in(session: Session, row: Consultation) -> list[ConsultationView]:
    """Return the last view of each organisation, the employer's first."""
    query = owned(session, ConsultationView).where(
        ConsultationView.consultation_id == row.id
    )
    rows = session.scalars(query.order_by(ConsultationView.entry))
    last = {view.organisation: view for view in rows}
    return sorted(last.values(), key=lambda v: (SIDES.index(v.party), v.organisation))


def signatures_on(
    session: Session, row: Consultation
) -> Sequence[ConsultationSignature]:
    """Return who has signed the minutes, the employer first."""
    query = owned(session, ConsultationSignature).where(
        ConsultationSignature.consultation_id == row.id
    )
    order = ConsultationSignature.party, ConsultationSignature.organisation
    return session.scalars(query.order_by(*order)).all()


def _recorded(session: Session, *, at: datetime) -> list[Consultation]:
    rows = all_of(session, Consultation, Consultation.ref)
    return [row for row in rows if row.recorded_at and row.recorded_at <= at]


def _require_basis(
    access: AccessClass | None, exemption: str | None, *, on: date
) -> None:
    if (access is AccessClass.EXEMPT) != (exemption is not None):
        raise InvalidValueError("exemption", "what is exempt has one, and nothing else")
    if exemption:
        exemption_in_law(exemption, on=on)


def _opened(
    session: Session, ref: str, act: str, *, by: Hat, at: datetime
) -> Consultation:
    permit(by, act, at=at)
    _refuse_elected(by, act)
    return by_ref(session, Consultation, ref)


def _refuse_elected(by: Hat, act: str) -> None:
    if by.party is Party.ELECTED:
        raise NotPermittedError(by.role.value, act, rule="INV-12")


def _all_signed(session: Session, row: Consultation) -> bool:
    signed = signatures_on(session, row)
    signers = {signature.organisation for signature in signed}
    viewers = {view.organisation for view in views_in(session, row)}
    return {signature.party for signature in signed} == set(SIDES) and (
        viewers <= signers
    )
