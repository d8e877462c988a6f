"""Documents and their versions: written, frozen, agreed, and then never changed.

Numbers: 0.1, 0.2 … are drafts; when the parties agree on one, its content becomes x.0.
Who wrote a party's own field is kept, and nobody else may (INV-22). From the freezing
on the content stands in an append-only row with its checksum (INV-09).
"""

from __future__ import annotations

import enum
import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import (
    IMMUTABLE,
    TENANT,
    Base,
    Owned,
    by_ref,
    codes,
    get,
    looked_up_by,
    owned,
    refers_to,
)
from workflows.errors import NotFoundError
from workflows.forms.catalogue import form
from workflows.forms.fingerprints import fingerprints
from workflows.forms.values import fixed_clauses
from workflows.languages import require_language
from workflows.record.states import move, steps


class VersionState(enum.StrEnum):
    """Where a version is (SM-2)."""

    DRAFT = "draft"
    FROZEN = "frozen_for_round"
    AGREED = "agreed"
    TO_SIGN = "to_sign"
    SUBMITTED = "submitted"
    SIGNED = "signed"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


S = VersionState
ALLOWED = steps(
    {
        S.DRAFT: {S.FROZEN, S.WITHDRAWN},
        S.FROZEN: {S.SUPERSEDED, S.WITHDRAWN},
        S.AGREED: {S.SUPERSEDED},
        S.TO_SIGN: {S.SIGNED, S.SUPERSEDED},
        S.SUBMITTED: {S.SUPERSEDED},
        S.SIGNED: {S.SUPERSEDED},
    },
    VersionState,
)
# What a version x.0 is born as: an agreement lies out to be signed, and a report is
# given; neither is agreed thereby.
BORN = {"agreement": S.TO_SIGN, "status-report": S.SUBMITTED}
HOLDS = frozenset({S.AGREED, S.TO_SIGN, S.SUBMITTED, S.SIGNED})


class Document(Owned, Base, kw_only=True):
    """A document (dokument) of a kind of form, in one written standard.

    `project` is the reference of its project, None for the municipality's own.
    """

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint(TENANT, "ref"), looked_up_by("project"))

    ref: Mapped[str]
    kind: Mapped[str]
    title: Mapped[str]
    language: Mapped[str]
    project: Mapped[str | None] = mapped_column(default=None)


class Version(Owned, Base, kw_only=True):
    """One version (versjon) of a document; `values` change only while it is a draft.

    `authors` says which party wrote each of the parties' own fields.
    """

    __tablename__ = "version"
    __table_args__ = (
        refers_to("document", "document_id"),
        UniqueConstraint(TENANT, "ref"),
        looked_up_by("document_id"),
    )

    ref: Mapped[str]
    document_id: Mapped[uuid.UUID]
    number: Mapped[str]
    state: Mapped[VersionState] = mapped_column(codes(VersionState))
    values: Mapped[dict[str, Any]]
    authors: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    created_at: Mapped[datetime]
    row_version: Mapped[int] = mapped_column(default=1, init=False)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's shape


class Content(Owned, Base, kw_only=True):
    """The frozen content (innhold) of a version: values, fingerprints and checksum."""

    __tablename__ = "content"
    __table_args__ = (
        refers_to("version", "version_id"),
        UniqueConstraint(TENANT, "version_id"),
        IMMUTABLE,
    )

    version_id: Mapped[uuid.UUID]
    values: Mapped[dict[str, Any]]
    fingerprints: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    frozen_at: Mapped[datetime]


def open_document(
    session: Session,
    *,
    ref: str,
    kind: str,
    title: str,
    language: str,
    project: str | None,
    at: datetime,
    values: Mapping[str, Any] | None = None,
) -> Version:
    """Return the first draft (0.1) of a new document, fixed clauses in place."""
    require_language(language)
    document = Document(
        ref=ref, kind=kind, title=title, language=language, project=project
    )
    session.add(document)
    start = {**fixed_clauses(form(kind), language=language), **(values or {})}
    return new_version(
        session, document, number="0.1", state=S.DRAFT, values=start, at=at
    )


def freeze(session: Session, version: Version, *, at: datetime) -> Content:
    """Make a draft immutable and return its content; the caller appends the entry."""
    move(version, S.FROZEN, ALLOWED)
    return _store_content(session, version, at=at)


def agree(session: Session, version: Version, *, at: datetime) -> Version:
    """Return version x.0: the same content as `version`, that the parties stand on.

    It is agreed, laid out to be signed, or submitted; see `BORN`. An earlier one gives
    way, but for a signed one, which holds until the new one is signed too.
    """
    move(version, S.SUPERSEDED, ALLOWED)
    paper = document_of(session, version)
    former = agreed_version(session, paper.ref)
    major = int(version.number.split(".")[0]) + 1
    agreed = new_version(
        session,
        paper,
        number=f"{major}.0",
        state=BORN.get(paper.kind, S.AGREED),
        values=version.values,
        at=at,
        authors=version.authors,
    )
    _store_content(session, agreed, at=at)
    if former and former.state is not S.SIGNED:
        move(former, S.SUPERSEDED, ALLOWED)
    return agreed


def set_aside(version: Version) -> None:
    """Mark a frozen version as superseded: its text goes back to work."""
    move(version, S.SUPERSEDED, ALLOWED)


def sign_off(version: Version) -> None:
    """Mark a version that lay out to be signed as signed by all."""
    move(version, S.SIGNED, ALLOWED)


def retire(version: Version) -> None:
    """Mark a signed version as superseded by a later one in force."""
    move(version, S.SUPERSEDED, ALLOWED)


def content_of(session: Session, version: Version) -> Content:
    """Return the frozen content of a version, or raise while it is a draft."""
    query = owned(session, Content).where(Content.version_id == version.id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFoundError("frozen content of", version.ref)
    return found


def document_of(session: Session, version: Version) -> Document:
    """Return the document that a version is of."""
    return get(session, Document, version.document_id)


def versions_of(session: Session, document: str) -> list[Version]:
    """Return all versions of a document, oldest first."""
    paper = by_ref(session, Document, document)
    query = owned(session, Version).where(Version.document_id == paper.id)
    return sorted(session.scalars(query), key=_order)


def latest(session: Session, document: str) -> Version:
    """Return the newest version of a document."""
    return versions_of(session, document)[-1]


def number_order(number: str) -> tuple[int, int]:
    """Return what a version's number sorts by: 0.10 comes after 0.9."""
    major, minor = number.split(".")
    return int(major), int(minor)


def agreed_version(session: Session, document: str) -> Version | None:
    """Return the newest x.0 that no later one has taken the place of, if any.

    It is what the parties agreed on, sign or have signed, or were given.
    """
    found = [row for row in versions_of(session, document) if row.state in HOLDS]
    return found[-1] if found else None


def new_version(
    session: Session,
    paper: Document,
    *,
    number: str,
    state: VersionState,
    values: Mapping[str, Any],
    at: datetime,
    authors: Mapping[str, Any] | None = None,
) -> Version:
    """Return a new version of a document, as a row of the session."""
    version = Version(
        ref=f"{paper.ref}@{number}",
        document_id=paper.id,
        number=number,
        state=state,
        values=dict(values),
        authors=dict(authors or {}),
        created_at=at,
    )
    session.add(version)
    session.flush()
    return version


def content_hash(values: Mapping[str, Any]) -> str:
    """Return the SHA-256 of values as canonical JSON, hexadecimal."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _store_content(session: Session, version: Version, *, at: datetime) -> Content:
    paper = document_of(session, version)
    content = Content(
        version_id=version.id,
        values=dict(version.values),
        fingerprints=fingerprints(form(paper.kind), version.values),
        sha256=content_hash(version.values),
        frozen_at=at,
    )
    session.add(content)
    return content


def _order(version: Version) -> tuple[int, int]:
    return number_order(version.number)
