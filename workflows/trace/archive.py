"""What the archive is to have: texts that were agreed on, signed or handed over.

A text belongs to the archive from the day when the parties agreed on it, also when a
later one takes its place. The archive case (arkivsak) that it is kept under is named in
the text itself or by its project; a text without one is a gap.
Source: offentleglova § 10, arkivlova (2025) § 5.
"""

from __future__ import annotations

import enum
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from workflows.base import AT, MINE, among, by_ref, owned, points_at, rows
from workflows.clock import norwegian_date
from workflows.development.documents import (
    Content,
    Document,
    Version,
    VersionState,
    number_order,
)
from workflows.development.outputs import Handover
from workflows.development.projects import Project
from workflows.forms.catalogue import form
from workflows.record.entries import steps_to


class Reached(enum.StrEnum):
    """The furthest that a text has come, as the archive looks at it."""

    AGREED = "agreed"
    SIGNED = "signed"
    HANDED_OVER = "handed_over"


@dataclass(frozen=True, kw_only=True)
class ArchiveText:
    """A text that the archive is to have; `archive_case` is empty where none is named.

    `at` is when it came as far as `reached` says.
    """

    paper: Document
    version: Version
    reached: Reached
    at: datetime
    archive_case: str


def archive_texts(
    session: Session, *, at: datetime, project: str | None = None
) -> list[ArchiveText]:
    """Return what the archive is to have, as known at `at`, by document and number.

    Of one project only, where its reference is given.

    Raises:
        NotFoundError: there is no such project.
    """
    if project is not None:
        by_ref(session, Project, project)
    papers = {row.id: row for row in _papers(session, project)}
    versions = {row.id: row for row in _versions(session, papers)}
    return [
        ArchiveText(
            paper=papers[row.document_id],
            version=versions[row.id],
            reached=row.reached,
            at=row.at,
            archive_case=row.archive_case,
        )
        for row in _kept(session, at=at)
        if row.id in versions
    ]


def archive_gaps(session: Session, *, at: datetime) -> list[dict[str, Any]]:
    """Return the texts that the archive is to have and that no archive case keeps."""
    return [
        {
            "document": row.document,
            "version": row.number,
            "paper": row.kind,
            "title": row.title,
            "project": row.project,
            "reached": row.reached.value,
            "on": norwegian_date(row.at).isoformat(),
        }
        for row in _kept(session, at=at)
        if not row.archive_case
    ]


def archive_counts(session: Session, *, at: datetime) -> Mapping[str | None, int]:
    """Return how many texts of each project the archive is to have; None for others."""
    return Counter(row.project for row in _kept(session, at=at))


@dataclass(frozen=True, kw_only=True)
class _Kept:
    """What the archive is to have, as columns and not as rows of the session."""

    id: uuid.UUID
    document_id: uuid.UUID
    document: str
    number: str
    kind: str
    title: str
    project: str | None
    reached: Reached
    at: datetime
    archive_case: str


def _kept(session: Session, *, at: datetime) -> list[_Kept]:
    """Return what the archive is to have, by document and number; three queries."""
    steps = _steps(session, at=at)
    found = rows(session, _FROZEN)
    told = [_row(row, steps[row.version]) for row in found if row.version in steps]
    return sorted(told, key=lambda row: (row.document, number_order(row.number)))


def _row(row: Any, step: tuple[Reached, datetime]) -> _Kept:
    reached, reached_at = step
    own = row.values.get(f"{form(row.kind).prefix}case")
    return _Kept(
        id=row.id,
        document_id=row.document_id,
        document=row.document,
        number=row.number,
        kind=row.kind,
        title=row.title,
        project=row.project,
        reached=reached,
        at=reached_at,
        archive_case=own or row.archive_case or "",
    )


def _papers(session: Session, project: str | None) -> Sequence[Document]:
    query = owned(session, Document)
    if project is not None:
        query = query.where(Document.project == project)
    return session.scalars(query).all()


def _versions(
    session: Session, papers: Mapping[uuid.UUID, Document]
) -> Iterator[Version]:
    query = owned(session, Version)
    query = query.join(Document, points_at(Version.document_id, Document))
    refs = [paper.ref for paper in papers.values()]
    yield from session.scalars(query.where(among(Document.ref, refs)))


def _steps(session: Session, *, at: datetime) -> Mapping[str, tuple[Reached, datetime]]:
    """Return version → how far it came and when; what comes last is furthest."""
    return dict([*_consented(session, at=at), *_handed_over(session, at=at)])


def _consented(
    session: Session, *, at: datetime
) -> Iterator[tuple[str, tuple[Reached, datetime]]]:
    """Yield all that was agreed on or signed, also what is no version of a text."""
    kinds = {
        VersionState.AGREED.value: Reached.AGREED,
        VersionState.SIGNED.value: Reached.SIGNED,
    }
    for ref, state, instant in steps_to(session, kinds, at=at):
        yield ref, (kinds[state], instant)


def _handed_over(
    session: Session, *, at: datetime
) -> Iterator[tuple[str, tuple[Reached, datetime]]]:
    for row in rows(session, _HANDED_OVER, at=at):
        yield row.version, (Reached.HANDED_OVER, row.at)


_FROZEN = (
    select(
        *(Version.id, Version.ref.label("version"), Version.number, Content.values),
        *(Version.document_id, Document.ref.label("document"), Document.kind),
        *(Document.title, Document.project, Project.archive_case),
    )
    .join(Document, points_at(Version.document_id, Document))
    .join(Content, points_at(Content.version_id, Version))
    .outerjoin(
        Project,
        and_(
            Project.municipality_id == Document.municipality_id,
            Project.ref == Document.project,
        ),
    )
    .where(Document.municipality_id == MINE)
)
_HANDED_OVER = (
    select(Version.ref.label("version"), Handover.at)
    .join(Version, points_at(Handover.version_id, Version))
    .where(Handover.municipality_id == MINE, Handover.at <= AT)
    .order_by(Handover.at)
)
