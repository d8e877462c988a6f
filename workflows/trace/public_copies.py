"""Public copies (offentleg kopi): what is exempt is masked, the rest can be read.

The archive masks a field or a passage of a version, each with its legal basis, and
opens the copy. Nothing is open before that. A version never changes, so that a mask
never comes to cover something else. A title is known to all and cannot be masked.
Source: offentleglova §§ 11 and 12.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import IMMUTABLE, Base, Owned, by_ref, owned, refers_to
from workflows.clock import norwegian_date
from workflows.decision.exemptions import require_exemption
from workflows.development.documents import Version, content_of, document_of
from workflows.development.positions import PartyPosition
from workflows.development.publication import PUBLIC, openness_of, require_had
from workflows.errors import InvalidValueError, NotFoundError, RuleBrokenError
from workflows.forms.catalogue import form
from workflows.forms.masking import Mask, masked, passages, pattern_of, texts
from workflows.law.references import exemption
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.record.entries import append, next_seq

WORDS = {"nb": "[sladdet: {section}]", "nn": "[sladda: {section}]"}
LABEL = {
    "nb": "OFFENTLIG KOPI av {ref}. Det som er unntatt, er sladdet.",
    "nn": "OFFENTLEG KOPI av {ref}. Det som er unnateke, er sladda.",
}
SHORTEST = 3


class MaskDecision(Owned, Base, kw_only=True):
    """What is masked in a version (sladding), and why; or no longer is. Immutable.

    Either `field` names a whole field, or `passage` is a text wherever it stands.
    `basis` is the code word of the exemption in force that day, None when it is lifted.
    """

    __tablename__ = "mask_decision"
    __table_args__ = (
        refers_to("version", "version_id"),
        refers_to("mandate", "mandate_id"),
        IMMUTABLE,
    )

    version_id: Mapped[uuid.UUID]
    field: Mapped[str] = mapped_column(default="")
    passage: Mapped[str] = mapped_column(default="")
    basis: Mapped[str | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(default="")
    wider_access: Mapped[str] = mapped_column(default="")
    mandate_id: Mapped[uuid.UUID]
    entry: Mapped[int]
    at: Mapped[datetime]


class PublicCopy(Owned, Base, kw_only=True):
    """That a version's masked copy is open to all, or no longer is. Immutable."""

    __tablename__ = "public_copy"
    __table_args__ = (
        refers_to("version", "version_id"),
        refers_to("mandate", "mandate_id"),
        IMMUTABLE,
    )

    version_id: Mapped[uuid.UUID]
    is_open: Mapped[bool]
    mandate_id: Mapped[uuid.UUID]
    entry: Mapped[int]
    at: Mapped[datetime]


def mask_text(
    session: Session,
    *,
    version: str,
    basis: str,
    reason: str,
    wider_access: str,
    field: str = "",
    passage: str = "",
    by: Hat,
    at: datetime,
) -> MaskDecision:
    """Mask a whole field, or a passage wherever it stands in a version.

    Raises:
        InvalidValueError: neither or both are named, the field is not of the form, or
            the passage is not there, or is very short.
        NotFoundError: there is no such version, or it is a draft; or no such exemption
            is in force.
        RuleBrokenError: a ground is missing (INV-15), or the title says the same.
    """
    permit(by, "access.masked", at=at)
    row = by_ref(session, Version, version)
    require_exemption(basis, reason=reason, wider_access=wider_access, at=at)
    _require_there(session, row, field, passage.strip())
    return _decided(
        session,
        "access.masked",
        MaskDecision(
            version_id=row.id,
            field=field,
            passage=passage.strip(),
            basis=basis,
            reason=reason,
            wider_access=wider_access,
            mandate_id=by.require_mandate(),
            entry=next_seq(session),
            at=at,
        ),
        row,
        by=by,
    )


def lift_mask(
    session: Session,
    *,
    version: str,
    field: str = "",
    passage: str = "",
    by: Hat,
    at: datetime,
) -> MaskDecision:
    """Take a mask away; what it covered can be read in the copy from now on.

    Raises `NotFoundError` when there is no such mask.
    """
    permit(by, "access.unmasked", at=at)
    row = by_ref(session, Version, version)
    known = {(mask.field, mask.passage) for mask in masks_of(session, row)}
    if (field, passage) not in known:
        raise NotFoundError("mask in", version)
    return _decided(
        session,
        "access.unmasked",
        MaskDecision(
            version_id=row.id,
            field=field,
            passage=passage,
            mandate_id=by.require_mandate(),
            entry=next_seq(session),
            at=at,
        ),
        row,
        by=by,
    )


def open_copy(
    session: Session, *, version: str, is_open: bool = True, by: Hat, at: datetime
) -> PublicCopy:
    """Open a version's masked copy to all, or close it again.

    Raises:
        RuleBrokenError: nothing is masked, the text is open as it is, or the three
            parties have not had it (INV-16).
    """
    permit(by, "access.copied", at=at)
    row = by_ref(session, Version, version)
    if is_open:
        require_had(session, row, at=at)
        _require_masks(session, row)
    copy = PublicCopy(
        version_id=row.id,
        is_open=is_open,
        mandate_id=by.require_mandate(),
        entry=next_seq(session),
        at=at,
    )
    session.add(copy)
    append(session, "access.copied", row, by=by, at=at, facts={"open": is_open})
    return copy


def masks_of(session: Session, version: Version) -> Sequence[MaskDecision]:
    """Return what is masked in a version now, in the order it was decided."""
    query = owned(session, MaskDecision).where(MaskDecision.version_id == version.id)
    last = {
        (row.field, row.passage): row
        for row in session.scalars(query.order_by(MaskDecision.entry))
    }
    return [row for row in last.values() if row.basis is not None]


def has_open_copy(session: Session, version: Version) -> bool:
    """Return whether everybody may read a version's masked copy."""
    query = owned(session, PublicCopy).where(PublicCopy.version_id == version.id)
    last = session.scalars(query.order_by(PublicCopy.entry.desc())).first()
    return last is not None and last.is_open and bool(masks_of(session, version))


def masks_as_told(
    session: Session, version: Version, *, language: str
) -> Sequence[Mask]:
    """Return the masks with the words that stand in the place of what is masked."""
    return [
        Mask(row.field, row.passage, WORDS[language].format(section=section_of(row)))
        for row in masks_of(session, version)
    ]


def section_of(mask: MaskDecision) -> str:
    """Return the section that a mask rests on, as it was that day."""
    assert mask.basis is not None  # noqa: S101 - `masks_of` gives only those with one
    return exemption(mask.basis, on=norwegian_date(mask.at)).section


def masked_values(
    session: Session, version: Version, values: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what a version's copy says: its values without what is masked."""
    paper = document_of(session, version)
    masks = masks_as_told(session, version, language=paper.language)
    found: dict[str, Any] = masked(form(paper.kind), values, masks)
    return found


def _decided(
    session: Session, act: str, row: MaskDecision, version: Version, *, by: Hat
) -> MaskDecision:
    """The passage stands in its row and never in the entry."""
    session.add(row)
    facts = {"field": row.field or None, "basis": row.basis}
    append(session, act, version, by=by, at=row.at, facts=facts)
    return row


def _require_there(
    session: Session, version: Version, field: str, passage: str
) -> None:
    if bool(field) == bool(passage):
        raise InvalidValueError("passage", "name a field or a passage")
    values = content_of(session, version).values
    paper = document_of(session, version)
    if field and field not in values:
        raise InvalidValueError("field", f"{field!r} says nothing in {version.ref}")
    wanted = list(passages(form(paper.kind), values, [Mask(field, passage, "")]))
    if any(len(each.strip()) < SHORTEST for each in wanted):
        raise InvalidValueError("passage", "is very short")
    if any(pattern_of(each).search(paper.title) for each in wanted):
        raise RuleBrokenError(
            f"the title of {paper.ref} says the same", rule="a title is known to all"
        )
    said = list(_said(session, version))
    if passage and not all(any(map(pattern_of(p).search, said)) for p in wanted):
        raise InvalidValueError("passage", f"is not in {version.ref}")


def _said(session: Session, version: Version) -> Iterator[str]:
    """Yield the texts of a version, and what the parties said of it."""
    known = form(document_of(session, version).kind)
    for key, value in content_of(session, version).values.items():
        yield from texts(known.by_key[key], value)
    query = owned(session, PartyPosition).where(PartyPosition.version_id == version.id)
    yield from (row.dissent for row in session.scalars(query) if row.dissent)


def _require_masks(session: Session, version: Version) -> None:
    paper = document_of(session, version)
    if openness_of(session, version, paper) == PUBLIC or not masks_of(session, version):
        raise RuleBrokenError(
            f"{version.ref} has nothing masked, or is open as it is",
            rule="a public copy has something masked",
        )
