"""Audits (revisjon): what an auditor may look up, until when, and what was looked up.

An engagement names projects or cases and a period, and it has an end. It changes
nothing, opens no party's room and breaks no seal. Every look-up is an entry in the
record, which all three parties see. Source: kommuneloven §§ 23-2 and 24-3.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

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
    get,
    owned,
    refers_to,
)
from workflows.clock import norwegian_date
from workflows.decision.cases import Case
from workflows.development.projects import Project
from workflows.errors import InvalidValueError, RuleBrokenError
from workflows.law.references import LegalReference, legal_reference
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.kinds import Role
from workflows.people.mandates import Mandate, give_mandate
from workflows.people.notices import NoticeKind, notify_parties
from workflows.people.reading import holds
from workflows.record.entries import Entry, append, first_about, history, new_reference

LOOKED = "audit.looked"
LONGEST = timedelta(days=366)


class OnBehalf(enum.StrEnum):
    """Whom an audit is made for."""

    CONTROL_COMMITTEE = "control_committee"
    AUDITOR = "auditor"


BASIS: Mapping[OnBehalf, str] = {
    OnBehalf.CONTROL_COMMITTEE: "control_committee_access",
    OnBehalf.AUDITOR: "auditor_access",
}


class AuditEngagement(Owned, Base, kw_only=True):
    """An audit engagement (revisjonsoppdrag). Immutable.

    `projects` and `cases` are references; what hangs together with them is in it.
    `period_from` and `period_to` bound the days of what is looked at. It lasts as long
    as the mandate. `sees_exempt` says whether cases that are exempt are in it.
    """

    __tablename__ = "audit_engagement"
    __table_args__ = (
        refers_to("mandate", "mandate_id"),
        UniqueConstraint(TENANT, "ref"),
        IMMUTABLE,
    )

    ref: Mapped[str]
    mandate_id: Mapped[uuid.UUID]
    on_behalf: Mapped[OnBehalf] = mapped_column(codes(OnBehalf))
    projects: Mapped[list[str]]
    cases: Mapped[list[str]]
    period_from: Mapped[date]
    period_to: Mapped[date]
    sees_exempt: Mapped[bool]
    at: Mapped[datetime]

    @property
    def scope(self) -> list[str]:
        """What the engagement names: its projects, then its cases."""
        return [*self.projects, *self.cases]


def grant_audit(
    session: Session,
    *,
    ref: str,
    person: str,
    on_behalf: OnBehalf,
    period_from: date,
    period_to: date,
    ends_on: date,
    projects: Sequence[str] = (),
    cases: Sequence[str] = (),
    sees_exempt: bool = False,
    by: Hat,
    at: datetime,
) -> AuditEngagement:
    """Let a person look into projects and cases until a day; all three are told.

    The mandate behind it gets the reference «M-» and that of the engagement.

    Raises:
        InvalidValueError: it names nothing, its period ends before it begins, or it
            lasts longer than a year.
        NotFoundError: there is no such person, project or case.
        RuleBrokenError: it names an exempt case without opening what is exempt.
    """
    permit(by, "audit.granted", at=at)
    _require_bounds(projects, cases, period_from, period_to)
    _require_end(ends_on, at=at)
    _require_named(session, projects, cases, sees_exempt=sees_exempt)
    mandate = give_mandate(
        session,
        ref=f"M-{ref}",
        person=person,
        role=Role.AUDITOR,
        valid_from=norwegian_date(at),
        valid_to=ends_on,
        by=by,
        at=at,
    )
    session.flush()
    row = AuditEngagement(
        ref=new_reference(session, ref),
        mandate_id=mandate.id,
        on_behalf=on_behalf,
        projects=list(dict.fromkeys(projects)),
        cases=list(dict.fromkeys(cases)),
        period_from=period_from,
        period_to=period_to,
        sees_exempt=sees_exempt,
        at=at,
    )
    session.add(row)
    facts = {"ends_on": str(ends_on), "sees_exempt": sees_exempt}
    notify_parties(session, NoticeKind.AUDIT_GRANTED, ref, at=at, facts=facts)
    append(session, "audit.granted", row, by=by, at=at, refs=[mandate.ref], facts=facts)
    return row


def engagement_of(
    session: Session, hat: Hat | None, *, at: datetime
) -> AuditEngagement | None:
    """Return the engagement behind an auditor's hat, None without one that holds."""
    if hat is None or hat.role is not Role.AUDITOR or not holds(hat, at=at):
        return None
    query = owned(session, AuditEngagement).where(
        AuditEngagement.mandate_id == hat.mandate_id
    )
    return session.scalars(query).one_or_none()


def engagements(session: Session) -> Sequence[AuditEngagement]:
    """Return every engagement there has been, the newest first."""
    return all_of(
        session, AuditEngagement, AuditEngagement.at.desc(), AuditEngagement.ref
    )


def ends_on(session: Session, engagement: AuditEngagement) -> date:
    """Return the last day of an engagement, also when it was ended early."""
    last = get(session, Mandate, engagement.mandate_id).valid_to
    return last or date.max


def record_look(
    session: Session,
    engagement: AuditEngagement,
    *,
    page: str,
    about: str = "",
    by: Hat,
    at: datetime,
) -> Entry:
    """Enter that the auditor looked something up: the page, and the thing if known.

    What the record knows nothing of is left out: an address is not kept as written.

    Raises `RuleBrokenError` when the hat is another's, or holds no longer (INV-07).
    """
    permit(by, LOOKED, at=at)
    if by.mandate_id != engagement.mandate_id:
        raise RuleBrokenError(f"{engagement.ref} is another's", rule="INV-07")
    is_known = bool(about) and first_about(session, about) is not None
    facts = {"page": page, "about": about if is_known else None}
    return append(session, LOOKED, engagement, by=by, at=at, facts=facts)


def looks(session: Session, engagement: AuditEngagement) -> list[Entry]:
    """Return what was looked up under an engagement, oldest first."""
    told = history(session, engagement.ref)
    return [entry for entry in told if entry.type == LOOKED]


def basis_of(engagement: AuditEngagement) -> LegalReference:
    """Return the rule that gives the access, as it was when it was granted.

    Raises `NotFoundError` when none was in force that day.
    """
    on = norwegian_date(engagement.at)
    return legal_reference(BASIS[engagement.on_behalf], on=on)


def _require_bounds(
    projects: Sequence[str], cases: Sequence[str], first: date, last: date
) -> None:
    if not projects and not cases:
        raise InvalidValueError("projects", "name a project or a case")
    if last < first:
        raise InvalidValueError("period_to", f"{last} is before {first}")


def _require_end(ends_on: date, *, at: datetime) -> None:
    today = norwegian_date(at)
    if not today <= ends_on <= today + LONGEST:
        raise InvalidValueError("ends_on", "from today on, and within a year")


def _require_named(
    session: Session,
    projects: Sequence[str],
    cases: Sequence[str],
    *,
    sees_exempt: bool,
) -> None:
    for ref in projects:
        by_ref(session, Project, ref)
    found = [by_ref(session, Case, ref) for ref in cases]
    if not sees_exempt and any(case.restricted for case in found):
        raise RuleBrokenError(
            "an exempt case is looked into only when that is opened",
            rule="an audit says what it opens",
        )
