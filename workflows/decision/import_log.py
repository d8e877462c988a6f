"""What was imported, and the log of it: who read which file when, and what it changed.

A run that changes nothing leaves no trace; every other run is logged row by row.
"""

from __future__ import annotations

import enum
import functools
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import (
    IMMUTABLE,
    TENANT,
    Base,
    Json,
    Owned,
    codes,
    insert_all,
    owned,
    refers_to,
    tenant,
)
from workflows.clock import norwegian_date
from workflows.decision.import_rules import PlainRecord
from workflows.decision.meetings import Treatment
from workflows.people.hats import Hat
from workflows.people.municipalities import Municipality


class What(enum.StrEnum):
    """What an import did with one row."""

    ADDED = "added"
    LINKED = "linked"
    CHANGED = "changed"
    NEW_VERSION = "new_version"
    UNCHANGED = "unchanged"
    GONE = "gone"
    REFUSED = "refused"


NEWS = frozenset({What.ADDED, What.LINKED, What.CHANGED, What.NEW_VERSION, What.GONE})


class ImportedRecord(Owned, Base, kw_only=True):
    """A record of a source (importert opplysning) and what is known from it now.

    `values` is what its versions told, without personal names; `versions` the SHA-256
    of each version read, the latest of which is `payload_sha256`. `gone_at` is when the
    source was found to publish it no longer: nothing of ours is taken away for that.
    """

    __tablename__ = "imported_record"
    __table_args__ = (
        refers_to("treatment", "treatment_id"),
        UniqueConstraint(TENANT, "system", "source_id"),
    )

    system: Mapped[str]
    source_id: Mapped[str]
    payload_sha256: Mapped[str]
    versions: Mapped[list[str]]
    treatment_id: Mapped[uuid.UUID]
    values: Mapped[dict[str, Any]] = mapped_column("record_values", Json)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    gone_at: Mapped[datetime | None] = mapped_column(default=None)


class ImportRun(Owned, Base, kw_only=True):
    """One import (innlesing) that changed something: which file, when, by whom."""

    __tablename__ = "import_run"
    __table_args__ = (
        refers_to("mandate", "mandate_id"),
        UniqueConstraint(TENANT, "ref"),
        IMMUTABLE,
    )

    ref: Mapped[str]
    source: Mapped[str]
    mandate_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime]


class ImportLogRow(Owned, Base, kw_only=True):
    """One row of the import log (importlogg). Written once, never changed.

    `changed` holds field, from and to. `problem` is the code of a refusal, `facts` what
    its message mentions.
    """

    __tablename__ = "import_log"
    __table_args__ = (
        refers_to("import_run", "run_id"),
        refers_to("treatment", "treatment_id"),
        UniqueConstraint(TENANT, "run_id", "position"),
        IMMUTABLE,
    )

    run_id: Mapped[uuid.UUID]
    position: Mapped[int]
    line: Mapped[int | None]
    place: Mapped[str]
    what: Mapped[What] = mapped_column(codes(What))
    system: Mapped[str | None]
    source_id: Mapped[str | None]
    payload_sha256: Mapped[str | None]
    treatment_id: Mapped[uuid.UUID | None]
    changed: Mapped[list[Any]]
    findings: Mapped[list[str]]
    problem: Mapped[str | None]
    facts: Mapped[list[str]]


@dataclass(frozen=True, kw_only=True)
class ImportRow:
    """What an import did with one row, as plain values.

    `line` is where the row stands in the file, None where the reader does not tell;
    `place` says it in words. `changed` are dictionaries of field, from and to: from
    what was registered or imported before, to what the file says.
    """

    what: What
    place: str
    line: int | None = None
    system: str | None = None
    source_id: str | None = None
    payload_sha256: str | None = None
    case: str | None = None
    treatment: str | None = None
    treatment_id: uuid.UUID | None = None
    changed: tuple[dict[str, Any], ...] = ()
    findings: tuple[str, ...] = ()
    problem: str | None = None
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Run:
    """One import under way: whose work, when, from which file."""

    session: Session
    source: str
    by: Hat
    at: datetime

    @property
    def today(self) -> date:
        """The day of the import in Norway."""
        return norwegian_date(self.at)

    @functools.cached_property
    def language(self) -> str:
        """The municipality's language, nb or nn."""
        return self.session.get_one(Municipality, tenant(self.session)).language


def find_record(
    session: Session, *, system: str, source_id: str
) -> ImportedRecord | None:
    """Return what was imported of a source's record, None when nothing was."""
    query = owned(session, ImportedRecord).where(
        ImportedRecord.system == system, ImportedRecord.source_id == source_id
    )
    return session.scalars(query).one_or_none()


def row_of(record: PlainRecord, what: What, **more: Any) -> ImportRow:
    """Return the row of what came of a record."""
    return ImportRow(
        what=what,
        place=record.place,
        system=record.system,
        source_id=record.source_id,
        payload_sha256=record.payload_sha256,
        **more,
    )


def log_rows(session: Session, run: ImportRun, rows: Sequence[ImportRow]) -> None:
    """Write the rows of a run to the log in their order, without the unchanged ones."""
    session.add(run)
    session.flush()
    told = [row for row in rows if row.what is not What.UNCHANGED]
    logged = (
        ImportLogRow(
            run_id=run.id,
            position=position,
            line=row.line,
            place=row.place,
            what=row.what,
            system=row.system,
            source_id=row.source_id,
            payload_sha256=row.payload_sha256,
            treatment_id=row.treatment_id,
            changed=list(row.changed),
            findings=list(row.findings),
            problem=row.problem,
            facts=list(row.facts),
        )
        for position, row in enumerate(told, start=1)
    )
    insert_all(session, logged)


def import_runs(session: Session) -> Sequence[ImportRun]:
    """Return the imports that changed something, the oldest first."""
    return session.scalars(
        owned(session, ImportRun).order_by(ImportRun.at, ImportRun.ref)
    ).all()


def import_log(
    session: Session, run: ImportRun
) -> list[tuple[ImportLogRow, str | None]]:
    """Return the log of one import, row by row, with the treatment's reference."""
    query = (
        select(ImportLogRow, Treatment.ref)
        .outerjoin(Treatment, Treatment.id == ImportLogRow.treatment_id)
        .where(
            ImportLogRow.municipality_id == tenant(session),
            ImportLogRow.run_id == run.id,
        )
        .order_by(ImportLogRow.position)
    )
    return [(row, ref) for row, ref in session.execute(query)]
