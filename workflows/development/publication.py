"""When the three parties had a text, which is the first that anybody else can have it.

Nothing is shown to the public that the parties have not had (INV-16). An agreed version
says the same as the one that they answered, so that it counts as had.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from workflows.base import owned
from workflows.development.documents import Content, Document, Version, content_of
from workflows.development.forums import ForumItem, ForumMeeting
from workflows.development.parity import access_to
from workflows.development.rounds import Round
from workflows.errors import NotFoundError, RuleBrokenError
from workflows.record.access_classes import decided_access

PUBLIC = "public"
OPENNESS = {
    "mandate": "m_access",
    "agreement": "a_access",
    "output": "o_access",
    "status-report": "s_openness",
}


def had_by_all_at(session: Session, version: Version) -> datetime | None:
    """Return the instant from which all three parties had what a version says.

    None for a draft, and for a text that was never put before them.
    """
    try:
        same = _saying_the_same(session, version)
    except NotFoundError:
        return None
    return min((when for each in same for when in _times(session, each)), default=None)


def require_had(session: Session, version: Version, *, at: datetime) -> None:
    """Raise `RuleBrokenError` (INV-16) unless all three parties have had the text."""
    had_at = had_by_all_at(session, version)
    if had_at is None or had_at > at:
        raise RuleBrokenError(
            f"{version.ref} has not been put before all three parties", rule="INV-16"
        )


def openness_of(session: Session, version: Version, paper: Document) -> str:
    """Return whether a text is open: as the archive decided, else as it says itself."""
    if decided := decided_access(session, paper.ref):
        return decided.access.value
    found: str = version.values.get(OPENNESS.get(paper.kind, ""), PUBLIC)
    return found


def require_public(session: Session, version: Version, paper: Document) -> None:
    """Raise `RuleBrokenError` when a text is marked as not open to the public."""
    openness = openness_of(session, version, paper)
    if openness != PUBLIC:
        raise RuleBrokenError(
            f"{version.ref} is {openness}", rule="only what is public is put out"
        )


def _saying_the_same(session: Session, version: Version) -> Sequence[Version]:
    checksum = content_of(session, version).sha256
    query = (
        owned(session, Version)
        .join(
            Content,
            (Content.version_id == Version.id)
            & (Content.municipality_id == Version.municipality_id),
        )
        .where(Version.document_id == version.document_id, Content.sha256 == checksum)
    )
    return session.scalars(query).all()


def _times(session: Session, version: Version) -> Iterator[datetime]:
    """When the last party got the text of each round, and the papers of each forum."""
    for review in session.scalars(
        owned(session, Round).where(Round.version_id == version.id)
    ):
        if accesses := access_to(session, review.id):
            yield max(access.made_available_at for access in accesses)
    meetings = (
        owned(session, ForumMeeting)
        .join(
            ForumItem,
            (ForumItem.meeting_id == ForumMeeting.id)
            & (ForumItem.municipality_id == ForumMeeting.municipality_id),
        )
        .where(ForumItem.version_id == version.id)
    )
    yield from (meeting.papers_sent_at for meeting in session.scalars(meetings))
