"""The case officer's text of a case (saksframlegg): drafts, and what is published.

A working text beside the archive, never a copy of it: what is published names where the
official one stands. Drafts are the decision line's own and each writing is kept. A text
names the very versions of the outputs that it builds on (INV-11).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, Session

from workflows.base import (
    IMMUTABLE,
    TENANT,
    Base,
    Owned,
    by_ref,
    get,
    owned,
    refers_to,
)
from workflows.decision.cases import Case
from workflows.errors import InvalidValueError, RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.record.entries import append
from workflows.trace.uses import real_uses


class CaseDraft(Owned, Base, kw_only=True):
    """One writing of a case's text (utkast til saksframlegg). Immutable.

    `versions` are references of the versions used, such as `O-101@1.0`.
    """

    __tablename__ = "case_draft"
    __table_args__ = (
        refers_to("case_folder", "case_id"),
        refers_to("mandate", "mandate_id"),
        UniqueConstraint(TENANT, "case_id", "number"),
        IMMUTABLE,
    )

    case_id: Mapped[uuid.UUID]
    mandate_id: Mapped[uuid.UUID]
    number: Mapped[int]
    text: Mapped[str]
    versions: Mapped[list[str]]
    at: Mapped[datetime]


class CasePublication(Owned, Base, kw_only=True):
    """A case's text as it was published (publisert saksframlegg). Immutable.

    `source` is where the official text stands, such as the number of its record.
    """

    __tablename__ = "case_publication"
    __table_args__ = (
        refers_to("case_draft", "draft_id"),
        refers_to("mandate", "mandate_id"),
        UniqueConstraint(TENANT, "draft_id"),
        IMMUTABLE,
    )

    draft_id: Mapped[uuid.UUID]
    mandate_id: Mapped[uuid.UUID]
    source: Mapped[str]
    at: Mapped[datetime]


def write_case_text(
    session: Session,
    *,
    case: str,
    text: str,
    outputs: Sequence[str] = (),
    by: Hat,
    at: datetime,
) -> CaseDraft:
    """Write the text of a case anew; `outputs` are those that it builds on.

    Raises:
        InvalidValueError: the text is empty.
        RuleBrokenError: an output is not registered as used in the case (SM-5).
    """
    permit(by, "case.drafted", at=at)
    folder = by_ref(session, Case, case)
    if not text.strip():
        raise InvalidValueError("text", "says nothing")
    draft = CaseDraft(
        case_id=folder.id,
        mandate_id=by.require_mandate(),
        number=len(drafts_of(session, folder)) + 1,
        text=text,
        versions=_versions(session, case, outputs),
        at=at,
    )
    session.add(draft)
    session.flush()
    facts = {"number": draft.number}
    append(session, "case.drafted", folder, by=by, at=at, facts=facts)
    return draft


def publish_case_text(
    session: Session, *, case: str, source: str, by: Hat, at: datetime
) -> CasePublication:
    """Publish the last draft of a case's text; from now on all may read it.

    Raises:
        InvalidValueError: it is not said where the official text stands.
        RuleBrokenError: there is no draft, or the last one is published (SM-6).
    """
    permit(by, "case.published", at=at)
    folder = by_ref(session, Case, case)
    if not source.strip():
        raise InvalidValueError("source", "say where the official text stands")
    drafts = drafts_of(session, folder)
    if not drafts or publication_of(session, drafts[-1]):
        raise RuleBrokenError(f"{case} has no draft to publish", rule="SM-6")
    row = CasePublication(
        draft_id=drafts[-1].id, mandate_id=by.require_mandate(), source=source, at=at
    )
    session.add(row)
    session.flush()
    facts = {"number": drafts[-1].number}
    append(session, "case.published", folder, by=by, at=at, facts=facts)
    return row


def drafts_of(session: Session, case: Case) -> Sequence[CaseDraft]:
    """Return every writing of a case's text, oldest first."""
    query = owned(session, CaseDraft).where(CaseDraft.case_id == case.id)
    return session.scalars(query.order_by(CaseDraft.number)).all()


def publication_of(session: Session, draft: CaseDraft) -> CasePublication | None:
    """Return how a draft was published, None when it was not."""
    query = owned(session, CasePublication).where(CasePublication.draft_id == draft.id)
    return session.scalars(query).one_or_none()


def published_text(
    session: Session, case: Case, *, at: datetime
) -> tuple[CaseDraft, CasePublication] | None:
    """Return what is published of a case's text at an instant, None before that."""
    query = (
        owned(session, CasePublication)
        .join(CaseDraft, CaseDraft.id == CasePublication.draft_id)
        .where(CaseDraft.case_id == case.id, CasePublication.at <= at)
        .order_by(CaseDraft.number.desc())
    )
    found = session.scalars(query).first()
    return (get(session, CaseDraft, found.draft_id), found) if found else None


def _versions(session: Session, case: str, outputs: Sequence[str]) -> list[str]:
    used = {
        use.output: f"{use.output}@{use.version}"
        for use in real_uses(session, cases=[case])
    }
    lacking = [output for output in outputs if output not in used]
    if lacking:
        raise RuleBrokenError(
            f"{', '.join(lacking)}: register the use in {case} first", rule="SM-5"
        )
    return [used[output] for output in dict.fromkeys(outputs)]
