"""Writing in a document: the next draft, and fields by the party that owns them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.base import by_ref, tenant
from workflows.development.authorship import merged
from workflows.development.consents import consents_to, note_transitions
from workflows.development.documents import (
    Document,
    Version,
    latest,
    new_version,
    versions_of,
)
from workflows.development.documents import VersionState as S
from workflows.errors import InvalidValueError
from workflows.forms.catalogue import form
from workflows.forms.fields import Form
from workflows.forms.values import faults
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.record.entries import Entry, append


def draft_version(session: Session, *, document: str, by: Hat, at: datetime) -> Version:
    """Start the next draft from the latest version's values."""
    paper = by_ref(session, Document, document)
    permit(by, "version.drafted", at=at, project=paper.project)
    last = latest(session, document)
    major, minor = (int(part) for part in last.number.split("."))
    version = new_version(
        session,
        paper,
        number=f"{major}.{minor + 1}",
        state=S.DRAFT,
        values=last.values,
        at=at,
        authors=last.authors,
    )
    append(session, "version.drafted", version, moved=[version], by=by, at=at)
    return version


def write_fields(
    session: Session,
    *,
    document: str,
    values: dict[str, Any],
    by: Hat,
    at: datetime,
    word_file: str | None = None,
    is_part: bool = False,
) -> Version:
    """Write fields of the current draft, each by the party that owns it (INV-22).

    `word_file` is the SHA-256 of the Word file that the values were taken from,
    `is_part` says that more of it waits for others.

    Raises `InvalidValueError` naming the first field that does not fit its form.
    """
    paper = by_ref(session, Document, document)
    permit(by, "version.written", at=at, project=paper.project)
    version = latest(session, document)
    _require_draft(version)
    kind = form(paper.kind)
    _require_shape(kind, values)
    change = merged(kind, version.values, values, authors=version.authors, by=by)
    _require_shape(kind, change.values)
    before = consents_to(session, document)
    version.values, version.authors = change.values, change.authors
    append(
        session,
        "version.written",
        version,
        by=by,
        at=at,
        refs=_project_refs(paper),
        facts={"fields": sorted(values)}
        | ({"word_part" if is_part else "word_file": word_file} if word_file else {}),
    )
    note_transitions(session, document, before, by=by, at=at)
    return version


def word_files(session: Session, document: str) -> list[str]:
    """Return the SHA-256 of each Word file taken in whole, in that order."""
    drafts = {version.ref for version in versions_of(session, document)}
    written = select(Entry).where(
        Entry.municipality_id == tenant(session), Entry.type == "version.written"
    )
    return [
        entry.payload["word_file"]
        for entry in session.scalars(written.order_by(Entry.seq))
        if entry.subject in drafts and "word_file" in entry.payload
    ]


def _require_draft(version: Version) -> None:
    if version.state is not S.DRAFT:
        raise InvalidValueError(
            version.ref, f"is {version.state} and cannot be changed; start a new draft"
        )


def _require_shape(kind: Form, values: Mapping[str, Any]) -> None:
    for fault in faults(kind, values):
        raise InvalidValueError(fault.where, fault.message.nb)


def _project_refs(paper: Document) -> list[str]:
    return [paper.project] if paper.project else []
