"""Party agreements: in force when all three parties have signed the same text (SM-4).

The order of signing has no effect, and a signature outlives the mandate it was given
under (INV-18).
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import TENANT, Base, Owned, by_ref, codes, owned, refers_to
from workflows.clock import end_of_day, norwegian_date
from workflows.development.documents import (
    Version,
    agree,
    agreed_version,
    content_of,
    freeze,
    latest,
    open_document,
)
from workflows.development.drafting import draft_version
from workflows.development.projects import ALLOWED as PROJECT_STEPS
from workflows.development.projects import Project, ProjectState
from workflows.errors import RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import SYSTEM, Hat
from workflows.people.kinds import PARTIES, Party
from workflows.people.notices import NoticeKind, notify_parties
from workflows.record.entries import append, new_reference
from workflows.record.reasons import give_reason
from workflows.record.states import move, steps


class Level(enum.StrEnum):
    """What kind of agreement it is; the codes are those of the form."""

    PARTICIPATION = "participation"
    LOCAL = "local"
    PROJECT = "project"


class AgreementState(enum.StrEnum):
    """Where an agreement is."""

    DRAFT = "draft"
    ROUND = "round"
    READY_TO_SIGN = "ready_to_sign"
    PARTLY_SIGNED = "partly_signed"
    IN_FORCE = "in_force"
    AMENDING = "amending"
    IN_NOTICE = "in_notice"
    EXPIRED = "expired"
    TERMINATED = "terminated"


S = AgreementState
ALLOWED = steps(
    {
        S.DRAFT: {S.ROUND, S.READY_TO_SIGN},
        S.ROUND: {S.DRAFT, S.READY_TO_SIGN},
        S.READY_TO_SIGN: {S.PARTLY_SIGNED},
        S.PARTLY_SIGNED: {S.IN_FORCE},
        S.IN_FORCE: {S.AMENDING, S.IN_NOTICE, S.EXPIRED},
        S.AMENDING: {S.IN_FORCE, S.IN_NOTICE, S.EXPIRED},
        S.IN_NOTICE: {S.TERMINATED},
    },
    AgreementState,
)


@dataclass(frozen=True, kw_only=True)
class SignatoryPlan:
    """Who must sign: a party and the body or organisation that signs for it."""

    party: Party
    organisation: str


class Agreement(Owned, Base, kw_only=True):
    """A party agreement (partsavtale): its document, who must sign, and its time."""

    __tablename__ = "agreement"
    __table_args__ = (UniqueConstraint(TENANT, "ref"),)

    ref: Mapped[str]
    title: Mapped[str]
    level: Mapped[Level] = mapped_column(codes(Level))
    project: Mapped[str | None] = mapped_column(default=None)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None] = mapped_column(default=None)
    notice_months: Mapped[int] = mapped_column(default=3)
    in_force_from: Mapped[date | None] = mapped_column(default=None)
    state: Mapped[AgreementState] = mapped_column(codes(AgreementState))
    drafted_at: Mapped[datetime]
    row_version: Mapped[int] = mapped_column(default=1, init=False)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's shape


class Signatory(Owned, Base, kw_only=True):
    """One required signatory (underskriver) of an agreement."""

    __tablename__ = "signatory"
    __table_args__ = (
        refers_to("agreement", "agreement_id"),
        UniqueConstraint(TENANT, "agreement_id", "party", "organisation"),
    )

    agreement_id: Mapped[uuid.UUID]
    party: Mapped[Party] = mapped_column(codes(Party))
    organisation: Mapped[str]


def draft_agreement(
    session: Session,
    *,
    ref: str,
    title: str,
    level: Level,
    language: str,
    signatories: list[SignatoryPlan],
    valid_from: date,
    valid_to: date | None = None,
    notice_months: int = 3,
    project: str | None = None,
    by: Hat,
    at: datetime,
) -> Agreement:
    """Draft an agreement; for a project it rests on the project's agreed mandate."""
    permit(by, "agreement.drafted", at=at, project=project)
    _require_three(signatories)
    agreement = Agreement(
        ref=new_reference(session, ref),
        title=title,
        level=level,
        project=project,
        valid_from=valid_from,
        valid_to=valid_to,
        notice_months=notice_months,
        state=S.DRAFT,
        drafted_at=at,
    )
    session.add(agreement)
    session.flush()
    session.add_all(
        Signatory(
            agreement_id=agreement.id, party=plan.party, organisation=plan.organisation
        )
        for plan in signatories
    )
    moved = _open_text(session, agreement, language=language, at=at)
    append(session, "agreement.drafted", agreement, moved=moved, by=by, at=at)
    return agreement


def ready_to_sign(
    session: Session, *, agreement: str, by: Hat, at: datetime
) -> Version:
    """Freeze the text; from now on each signatory may sign, in any order.

    The signature is the party's consent, so no round is needed before it.
    """
    row = by_ref(session, Agreement, agreement)
    permit(by, "agreement.ready", at=at, project=row.project)
    draft, former = latest(session, agreement), agreed_version(session, agreement)
    freeze(session, draft, at=at)
    version = agree(session, draft, at=at)
    moved: list[object] = [row, draft, version, *([former] if former else [])]
    if row.state is not S.AMENDING:
        move(row, S.READY_TO_SIGN, ALLOWED)
    append(session, "agreement.ready", row, moved=moved, by=by, at=at)
    return version


def amend_agreement(
    session: Session, *, agreement: str, by: Hat, at: datetime
) -> Version:
    """Start a new text; the old one stays in force until all have signed the new."""
    row = by_ref(session, Agreement, agreement)
    permit(by, "agreement.amending", at=at, project=row.project)
    move(row, S.AMENDING, ALLOWED)
    append(session, "agreement.amending", row, moved=[row], by=by, at=at)
    return draft_version(session, document=agreement, by=by, at=at)


def give_notice(
    session: Session, *, agreement: str, reason: str, by: Hat, at: datetime
) -> Agreement:
    """Give notice for one party; the project pauses and the steering group must meet.

    The agreement binds until the notice has run, `notice_months` from today, or to its
    last day if that is earlier; then `end` ends it.
    """
    permit(by, "agreement.notice_given", at=at)
    row = by_ref(session, Agreement, agreement)
    party, act = by.require_party(), "agreement.notice_given"
    give_reason(session, row.ref, act, reason, party=party, at=at, rule="SM-4")
    move(row, S.IN_NOTICE, ALLOWED)
    ends = notice_ends(norwegian_date(at), months=row.notice_months)
    row.valid_to = min(ends, row.valid_to or ends)
    moved = [row, *_pause_project(session, row, at=at)]
    facts = {"effective_on": str(row.valid_to)}
    append(session, act, row, moved=moved, by=by, at=at, facts=facts)
    return row


def ending(session: Session, *, at: datetime) -> list[tuple[datetime, Agreement]]:
    """Return agreements whose last day has passed, with the instant when it did."""
    query = owned(session, Agreement).where(
        Agreement.state.in_([S.IN_FORCE, S.AMENDING, S.IN_NOTICE]),
        Agreement.valid_to.is_not(None),
    )
    found = []
    for row in session.scalars(query):
        ended = end_of_day(row.valid_to or date.max) + timedelta(microseconds=1)
        if ended <= at:
            found.append((ended, row))
    return found


def end(session: Session, agreement: Agreement, *, at: datetime) -> None:
    """Mark an agreement as ended: run out, or terminated where notice was given."""
    was_given_notice = agreement.state is S.IN_NOTICE
    move(agreement, S.TERMINATED if was_given_notice else S.EXPIRED, ALLOWED)
    act = "agreement.terminated" if was_given_notice else "agreement.expired"
    append(session, act, agreement, moved=[agreement], by=SYSTEM, at=at)


def notice_ends(day: date, *, months: int) -> date:
    """Return the day `months` after a notice; the last day of a shorter month."""
    month = day.month - 1 + months
    first = date(day.year + month // 12, month % 12 + 1, 1)
    following = (first + timedelta(days=32)).replace(day=1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def signatories_of(session: Session, agreement: Agreement) -> Sequence[Signatory]:
    """Return who must sign, in neutral order of the parties."""
    query = owned(session, Signatory).where(Signatory.agreement_id == agreement.id)
    return session.scalars(
        query.order_by(Signatory.party, Signatory.organisation)
    ).all()


def _require_three(signatories: Sequence[SignatoryPlan]) -> None:
    lacking = set(PARTIES) - {plan.party for plan in signatories}
    if lacking:
        raise RuleBrokenError(
            f"no signatory from {', '.join(sorted(lacking))}", rule="Q-A1"
        )
    if len(set(signatories)) < len(signatories):
        raise RuleBrokenError("a signatory is named twice", rule="Q-A1")


def _open_text(
    session: Session, agreement: Agreement, *, language: str, at: datetime
) -> list[object]:
    moved: list[object] = [agreement]
    values: dict[str, object] = {"a_level": agreement.level.value}
    if agreement.project:
        project = by_ref(session, Project, agreement.project)
        move(project, ProjectState.AGREEMENT_SIGNING, PROJECT_STEPS)
        values["a_mandate"] = _mandate_reference(session, project)
        moved.append(project)
    draft = open_document(
        session,
        ref=agreement.ref,
        kind="agreement",
        title=agreement.title,
        language=language,
        project=agreement.project,
        at=at,
        values=values,
    )
    return [*moved, draft]


def _mandate_reference(session: Session, project: Project) -> dict[str, str]:
    mandate = agreed_version(session, project.mandate)
    if mandate is None:
        raise RuleBrokenError(f"{project.ref} has no agreed mandate", rule="Q-A7")
    return {
        "ref": project.mandate,
        "version": mandate.number,
        "fingerprint": content_of(session, mandate).fingerprints["document"],
    }


def _pause_project(
    session: Session, agreement: Agreement, *, at: datetime
) -> list[object]:
    if agreement.project is None:
        return []
    project = by_ref(session, Project, agreement.project)
    if project.state is not ProjectState.RUNNING:
        return []
    move(project, ProjectState.PAUSED, PROJECT_STEPS)
    notify_parties(session, NoticeKind.PROJECT_PAUSED, project.ref, at=at)
    return [project]
