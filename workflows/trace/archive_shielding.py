"""What shields a text from public access: the archive's decision, else its own words.

Source: offentleglova §§ 12 to 26; Noark 5, «skjerming» (M500, M501).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from workflows.clock import norwegian_date
from workflows.development.documents import content_of
from workflows.development.publication import OPENNESS, PUBLIC, openness_of
from workflows.law.references import legal_reference
from workflows.record.access_classes import AccessClass, decided_access
from workflows.trace.archive import ArchiveText


@dataclass(frozen=True)
class Shielding:
    """Why a text is not open to everybody; `basis` is the legal basis as written."""

    basis: str


def shielding_of(session: Session, text: ArchiveText) -> Shielding | None:
    """Return what shields a text, None when it is open to everybody.

    A text that the archive has decided on rests on the rule in force that day.
    """
    if openness_of(session, text.version, text.paper) == PUBLIC:
        return None
    decided = decided_access(session, text.paper.ref)
    if decided and decided.access is AccessClass.EXEMPT and decided.basis:
        rule = legal_reference(decided.basis, on=norwegian_date(decided.at))
        return Shielding(rule.section)
    return Shielding(_own_basis(session, text))


def _own_basis(session: Session, text: ArchiveText) -> str:
    """A text cannot be agreed on without the basis that its form asks for."""
    values = content_of(session, text.version).values
    return str(values.get(f"{OPENNESS[text.paper.kind]}_basis", ""))
