"""How a hearing ends: called off, closed at its deadline, and summarised.

Before it is summarised each remark gets what became of it and why; like remarks may
share one assessment. Everybody who answered is then told, once, also those whose
remarks were not taken in.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import (
    IMMUTABLE,
    TENANT,
    Base,
    Owned,
    by_ref,
    codes,
    owned,
    refers_to,
)
from workflows.development.hearing_answers import (
    Answered,
    HearingAnswer,
    HearingRemark,
    asked_in,
    hearing_answers,
    remarks_of,
)
from workflows.development.hearings import Hearing, hearing_text
from workflows.development.remarks import Assessment, Verdict, require_each_once
from workflows.development.rounds import ALLOWED, IS_OPEN, about
from workflows.development.rounds import RoundState as S
from workflows.errors import RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import SYSTEM, Hat
from workflows.people.notices import NoticeKind, notify_parties
from workflows.record.entries import append
from workflows.record.reasons import give_reason
from workflows.record.states import move


class HearingAssessment(Owned, Base, kw_only=True):
    """What became of a remark in a hearing (vurdering), and why. Immutable."""

    __tablename__ = "hearing_assessment"
    __table_args__ = (
        refers_to("hearing_remark", "remark_id"),
        UniqueConstraint(TENANT, "remark_id"),
        IMMUTABLE,
    )

    remark_id: Mapped[uuid.UUID]
    verdict: Mapped[Verdict] = mapped_column(codes(Verdict))
    reason: Mapped[str]
    at: Mapped[datetime]


class HearingDigest(Owned, Base, kw_only=True):
    """That an answer's author is told what became of it (tilbakemelding). Immutable.

    There is one for each answer, whether or not there is an address to send it to.
    """

    __tablename__ = "hearing_digest"
    __table_args__ = (
        refers_to("hearing_answer", "answer_id"),
        UniqueConstraint(TENANT, "answer_id"),
        IMMUTABLE,
    )

    answer_id: Mapped[uuid.UUID]
    at: Mapped[datetime]


def cancel_hearing(
    session: Session, *, hearing: str, reason: str, by: Hat, at: datetime
) -> Hearing:
    """Call a hearing off, with a reason, while nobody has answered."""
    row = by_ref(session, Hearing, hearing)
    paper = hearing_text(session, row)[1]
    permit(by, "hearing.cancelled", at=at, project=paper.project)
    if hearing_answers(session, row):
        raise RuleBrokenError(f"{hearing} has been answered", rule="SM-3")
    give_reason(session, row.ref, "hearing.cancelled", reason, at=at, rule="SM-3")
    was_open = row.state in IS_OPEN
    move(row, S.CANCELLED, ALLOWED)
    if was_open:
        notify_parties(session, NoticeKind.HEARING_CANCELLED, row.ref, at=at)
    append(
        session, "hearing.cancelled", row, moved=[row], by=by, at=at, refs=about(paper)
    )
    return row


def close_hearing(session: Session, hearing: Hearing, *, at: datetime) -> None:
    """Close a hearing at its deadline; who has not answered has not answered."""
    move(hearing, S.CLOSED, ALLOWED)
    hearing.closed_at = at
    silent = [
        each.number
        for each in asked_in(session, hearing)
        if each.answered is Answered.NOT_ANSWERED
    ]
    facts = {"not_answered": silent}
    notify_parties(session, NoticeKind.HEARING_CLOSED, hearing.ref, at=at)
    append(
        session,
        "hearing.closed",
        hearing,
        moved=[hearing],
        by=SYSTEM,
        at=at,
        facts=facts,
    )


def summarise_hearing(
    session: Session,
    *,
    hearing: str,
    assessments: list[Assessment] | None = None,
    by: Hat,
    at: datetime,
) -> Hearing:
    """Say what became of every remark, also of late ones, and tell all who answered.

    Raises:
        RuleBrokenError: a remark lacks its assessment, an assessment its reason, or a
            remark is not of this hearing or named twice.
    """
    row = by_ref(session, Hearing, hearing)
    paper = hearing_text(session, row)[1]
    permit(by, "hearing.summarised", at=at, project=paper.project)
    answers = hearing_answers(session, row)
    remarks = [each for answer in answers for each in remarks_of(session, answer)]
    move(row, S.SUMMARISED, ALLOWED)
    _assess(session, row, remarks, assessments or [], at=at)
    session.add_all(HearingDigest(answer_id=each.id, at=at) for each in answers)
    facts = {"answers": len(answers), "remarks": len(remarks)}
    notify_parties(session, NoticeKind.HEARING_SUMMARISED, row.ref, at=at, facts=facts)
    append(
        session,
        "hearing.summarised",
        row,
        moved=[row],
        by=by,
        at=at,
        refs=about(paper),
        facts=facts,
    )
    return row


def assessment_in_hearing(
    session: Session, remark: HearingRemark
) -> HearingAssessment | None:
    """Return what became of a remark, None while nobody has said."""
    query = owned(session, HearingAssessment).where(
        HearingAssessment.remark_id == remark.id
    )
    return session.scalars(query).one_or_none()


def digest_of(session: Session, answer: HearingAnswer) -> HearingDigest | None:
    """Return that an answer's author was told, None while the hearing goes on."""
    query = owned(session, HearingDigest).where(HearingDigest.answer_id == answer.id)
    return session.scalars(query).one_or_none()


def _assess(
    session: Session,
    hearing: Hearing,
    remarks: Sequence[HearingRemark],
    assessments: Sequence[Assessment],
    *,
    at: datetime,
) -> None:
    own = {remark.ref: remark for remark in remarks}
    require_each_once(hearing.ref, assessments, own)
    for each in assessments:
        for ref in each.remarks:
            row = HearingAssessment(
                remark_id=own.pop(ref).id,
                verdict=each.verdict,
                reason=each.reason,
                at=at,
            )
            session.add(row)
    if own:
        raise RuleBrokenError(
            f"{hearing.ref}: not assessed: {', '.join(own)}", rule="SM-3"
        )
