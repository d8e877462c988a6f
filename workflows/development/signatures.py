"""Signatures: each signatory signs what the text says, in any order (SM-4).

A signature outlives the mandate that it was given under (INV-18). The last one puts the
agreement in force and starts its project.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Sequence
from datetime import datetime

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
    owned,
    refers_to,
)
from workflows.clock import norwegian_date
from workflows.development.agreements import (
    ALLOWED,
    Agreement,
    Signatory,
    signatories_of,
)
from workflows.development.agreements import AgreementState as S
from workflows.development.documents import (
    Version,
    VersionState,
    agreed_version,
    content_of,
    retire,
    sign_off,
)
from workflows.development.projects import Project, ProjectState, begin_running
from workflows.errors import InvalidValueError, RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.record.entries import append
from workflows.record.states import move

# When a text may be signed: the first one, or an amendment of the one in force.
SIGNABLE = frozenset({S.READY_TO_SIGN, S.PARTLY_SIGNED, S.AMENDING})


class SignatureLevel(enum.StrEnum):
    """How a signature was given, and how sure the identity is."""

    PAPER = "paper"
    LOW = "low"
    SUBSTANTIAL = "substantial"
    HIGH = "high"


# A signing service of these levels gives a reference to what it keeps.
NEEDS_REFERENCE = frozenset({SignatureLevel.SUBSTANTIAL, SignatureLevel.HIGH})


class Signature(Owned, Base, kw_only=True):
    """A signature (underskrift) on one version. Immutable.

    `fingerprint` is that of the whole document: what was signed is what the text says.
    """

    __tablename__ = "signature"
    __table_args__ = (
        refers_to("version", "version_id"),
        refers_to("signatory", "signatory_id"),
        refers_to("mandate", "mandate_id"),
        UniqueConstraint(TENANT, "version_id", "signatory_id"),
        IMMUTABLE,
    )

    version_id: Mapped[uuid.UUID]
    signatory_id: Mapped[uuid.UUID]
    mandate_id: Mapped[uuid.UUID]
    fingerprint: Mapped[str]
    level: Mapped[SignatureLevel] = mapped_column(codes(SignatureLevel))
    reference: Mapped[str | None] = mapped_column(default=None)
    place: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


def sign(
    session: Session,
    *,
    agreement: str,
    level: SignatureLevel = SignatureLevel.PAPER,
    reference: str | None = None,
    place: str = "",
    by: Hat,
    at: datetime,
) -> Signature:
    """Sign for the organisation behind the hat; the last one puts the text in force.

    `reference` finds the signature again where it is kept: at the signing service, or
    in the archive for one on paper.

    Raises:
        RuleBrokenError: INV-07 for a hat that may not sign or an expired mandate; SM-4
            where nothing lies out to be signed, or the organisation has signed.
        InvalidValueError: an electronic signature of this level lacks its reference.
    """
    if level in NEEDS_REFERENCE and not (reference or "").strip():
        raise InvalidValueError("reference", f"a signature at level {level} has one")
    permit(by, "agreement.signed", at=at)
    row = by_ref(session, Agreement, agreement)
    version = _signable(session, row)
    signatory = _signatory(session, row, by)
    signature = Signature(
        version_id=version.id,
        signatory_id=signatory.id,
        mandate_id=_mandate(by),
        fingerprint=content_of(session, version).fingerprints["document"],
        level=level,
        reference=reference,
        place=place,
        at=at,
    )
    _require_unsigned(session, version, signatory)
    session.add(signature)
    session.flush()
    moved = _after_signature(session, row, version, at=at)
    append(
        session,
        "agreement.signed",
        row,
        moved=moved,
        by=by,
        at=at,
        refs=[version.ref],
        facts={"fingerprint": signature.fingerprint, "level": level.value},
    )
    return signature


def signatures_on(session: Session, version: Version) -> Sequence[Signature]:
    """Return the signatures on a version, by time; the same order at every call."""
    query = owned(session, Signature).where(Signature.version_id == version.id)
    return session.scalars(query.order_by(Signature.at, Signature.id)).all()


def in_force_version(session: Session, agreement: Agreement) -> Version | None:
    """Return the text that holds: the newest version that all have signed."""
    found = [
        row for row in versions_signed(session, agreement) if row.state == "signed"
    ]
    return found[-1] if found else None


def versions_signed(session: Session, agreement: Agreement) -> list[Version]:
    """Return the versions that were ever in force, oldest first."""
    query = owned(session, Signature).join(
        Signatory,
        (Signatory.id == Signature.signatory_id)
        & (Signatory.municipality_id == Signature.municipality_id),
    )
    rows = session.scalars(query.where(Signatory.agreement_id == agreement.id)).all()
    identifiers = list(dict.fromkeys(row.version_id for row in rows))
    found = [get(session, Version, identifier) for identifier in identifiers]
    return sorted(found, key=lambda version: version.created_at)


def _signable(session: Session, agreement: Agreement) -> Version:
    if agreement.state not in SIGNABLE:
        raise RuleBrokenError(
            f"{agreement.ref} is {agreement.state}; there is nothing to sign",
            rule="SM-4",
        )
    version = agreed_version(session, agreement.ref)
    if version is None or version.state is not VersionState.TO_SIGN:
        raise RuleBrokenError(
            f"{agreement.ref} has no text that is ready to sign", rule="SM-4"
        )
    return version


def _signatory(session: Session, agreement: Agreement, by: Hat) -> Signatory:
    """Nobody signs for another party or another organisation (INV-07)."""
    if not by.signs:
        raise RuleBrokenError(
            f"{by.person_ref} holds no mandate to sign for {by.party}", rule="INV-07"
        )
    for signatory in signatories_of(session, agreement):
        if (signatory.party, signatory.organisation) == (by.party, by.organisation):
            return signatory
    raise RuleBrokenError(
        f"{by.organisation} is not a signatory of {agreement.ref}", rule="INV-07"
    )


def _require_unsigned(session: Session, version: Version, signatory: Signatory) -> None:
    signed = {row.signatory_id for row in signatures_on(session, version)}
    if signatory.id in signed:
        raise RuleBrokenError(
            f"{signatory.organisation} has already signed {version.ref}", rule="SM-4"
        )


def _mandate(by: Hat) -> uuid.UUID:
    if by.mandate_id is None:
        raise RuleBrokenError(f"{by.person_ref} holds no mandate", rule="INV-07")
    return by.mandate_id


def _after_signature(
    session: Session, agreement: Agreement, version: Version, *, at: datetime
) -> list[object]:
    signed = {row.signatory_id for row in signatures_on(session, version)}
    complete = signed == {row.id for row in signatories_of(session, agreement)}
    if agreement.state is S.READY_TO_SIGN:
        move(agreement, S.PARTLY_SIGNED, ALLOWED)
    if not complete:
        return [agreement]
    return _put_in_force(session, agreement, version, at=at)


def _put_in_force(
    session: Session, agreement: Agreement, version: Version, *, at: datetime
) -> list[object]:
    former = in_force_version(session, agreement)
    move(agreement, S.IN_FORCE, ALLOWED)
    agreement.in_force_from = norwegian_date(at)
    sign_off(version)
    moved: list[object] = [agreement, version]
    if former:
        retire(former)
        moved.append(former)
    if agreement.project:
        moved += _start_project(session, agreement.project, at=at)
    return moved


def _start_project(session: Session, ref: str, *, at: datetime) -> list[object]:
    project = by_ref(session, Project, ref)
    if project.state is not ProjectState.AGREEMENT_SIGNING:
        return []
    begin_running(project, on=norwegian_date(at))
    return [project]
