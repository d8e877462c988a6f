"""The columns beside each file of the document library, and what they hold.

A reader sees what a file is without opening it, and flows may sort by them. Internal
names are ASCII and stay for good; what people read may be renamed in the library.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from workflows.clock import norwegian_date
from workflows.development.documents import Version, content_of, document_of
from workflows.development.publication import openness_of
from workflows.development.rounds import IS_OPEN, rounds_on

KIND, PROJECT, VERSION = "SamsporKind", "SamsporProject", "SamsporVersion"
FINGERPRINT, OPENNESS = "SamsporFingerprint", "SamsporOpenness"
DEADLINE = "SamsporDeadline"


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column: its internal name, what it is called to people, and whether a date."""

    name: str
    label: str
    is_date: bool = False


# The labels are the same in both written standards, for a column has only one.
COLUMNS = (
    Column(name=KIND, label="Dokumenttype"),
    Column(name=PROJECT, label="Prosjekt"),
    Column(name=VERSION, label="Versjon"),
    Column(name=FINGERPRINT, label="Fingeravtrykk"),
    Column(name=OPENNESS, label="Tilgang"),
    Column(name=DEADLINE, label="Frist", is_date=True),
)


def columns_of(session: Session, version: Version) -> dict[str, str]:
    """Return the columns of a version's file; those without a value are empty."""
    paper = document_of(session, version)
    due = _deadline(session, paper.ref)
    return {
        KIND: paper.kind,
        PROJECT: paper.project or "",
        VERSION: version.ref,
        FINGERPRINT: content_of(session, version).fingerprints["document"],
        OPENNESS: openness_of(session, version, paper),
        DEADLINE: due.isoformat() if due else "",
    }


def _deadline(session: Session, document: str) -> date | None:
    """The day in Norway on which an open round on the document ends, if one is open."""
    due = [
        norwegian_date(review.deadline_at)
        for review in rounds_on(session, document)
        if review.state in IS_OPEN
    ]
    return min(due, default=None)
