"""What the archive is to have: texts that were agreed on, signed or handed over.

A text belongs to the archive from the day when the parties agreed on it, also when a
later one takes its place. The archive case (arkivsak) that it is kept under is named in
the text itself or by its project; a text without one is a gap.
Source: offentleglova § 10, arkivlova (2025) § 5.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflows.base import all_of, by_ref
from workflows.clock import norwegian_date
from workflows.development.documents import (
    Document,
    Version,
    VersionState,
    content_of,
    versions_of,
)
from workflows.development.projects import Project
from workflows.forms.catalogue import form
from workflows.record.entries import entries_until
from workflows.trace.uses import all_handovers


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
    steps = _steps(session, at=at)
    cases = {one.ref: one.archive_case for one in all_of(session, Project)}
    return [
        _text(session, paper, version, steps, cases)
        for paper in all_of(session, Document, Document.ref)
        if project in {None, paper.project}
        for version in versions_of(session, paper.ref)
        if version.ref in steps
    ]


def archive_gaps(session: Session, *, at: datetime) -> list[dict[str, Any]]:
    """Return the texts that the archive is to have and that no archive case keeps."""
    return [
        {
            "document": text.paper.ref,
            "version": text.version.number,
            "paper": text.paper.kind,
            "title": text.paper.title,
            "project": text.paper.project,
            "reached": text.reached.value,
            "on": norwegian_date(text.at).isoformat(),
        }
        for text in archive_texts(session, at=at)
        if not text.archive_case
    ]


def _steps(session: Session, *, at: datetime) -> Mapping[str, tuple[Reached, datetime]]:
    """Return version → how far it came and when; what comes last is furthest."""
    return dict([*_consented(session, at=at), *_handed_over(session, at=at)])


def _consented(
    session: Session, *, at: datetime
) -> Iterator[tuple[str, tuple[Reached, datetime]]]:
    kinds = {
        VersionState.AGREED.value: Reached.AGREED,
        VersionState.SIGNED.value: Reached.SIGNED,
    }
    versions = {version.ref for version in all_of(session, Version)}
    for entry in entries_until(session, at):
        for ref, state in entry.states.items():
            if state in kinds and ref in versions:
                yield ref, (kinds[state], entry.at)


def _handed_over(
    session: Session, *, at: datetime
) -> Iterator[tuple[str, tuple[Reached, datetime]]]:
    refs = {version.id: version.ref for version in all_of(session, Version)}
    for handover, _ in all_handovers(session, at=at):
        yield refs[handover.version_id], (Reached.HANDED_OVER, handover.at)


def _text(
    session: Session,
    paper: Document,
    version: Version,
    steps: Mapping[str, tuple[Reached, datetime]],
    cases: Mapping[str, str | None],
) -> ArchiveText:
    reached, reached_at = steps[version.ref]
    own = content_of(session, version).values.get(f"{form(paper.kind).prefix}case")
    return ArchiveText(
        paper=paper,
        version=version,
        reached=reached,
        at=reached_at,
        archive_case=own or cases.get(paper.project or "") or "",
    )
