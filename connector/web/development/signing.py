"""Who has signed an agreement: one row a signatory, under three equal parties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from workflows.base import get
from workflows.development.agreements import Agreement, Signatory, signatories_of
from workflows.development.documents import Version, VersionState, versions_of
from workflows.development.signatures import Signature, signatures_on
from workflows.people.kinds import PARTIES, Party
from workflows.people.mandates import Mandate, holder_of

SIGNABLE = frozenset(
    {VersionState.TO_SIGN, VersionState.SIGNED, VersionState.SUPERSEDED}
)


@dataclass(frozen=True, kw_only=True)
class SignatureRow:
    """A signatory, and the signature where it has been given."""

    party: Party
    organisation: str
    name: str = ""
    title: str = ""
    basis: str = ""
    valid_from: date | None = None
    level: str | None = None
    place: str = ""
    at: datetime | None = None


def signature_rows(
    session: Session, agreement: Agreement
) -> list[tuple[Version, dict[Party, list[SignatureRow]]]]:
    """Return each version that could be signed, newest first, with rows by party."""
    versions = [
        version
        for version in reversed(versions_of(session, agreement.ref))
        if version.state in SIGNABLE and version.number.endswith(".0")
    ]
    return [(version, _by_party(session, agreement, version)) for version in versions]


def unsigned(session: Session, agreement: Agreement) -> list[Signatory]:
    """Return the signatories that the text now to be signed still lacks."""
    last = versions_of(session, agreement.ref)[-1]
    if last.state is not VersionState.TO_SIGN:
        return []
    given = {row.signatory_id for row in signatures_on(session, last)}
    return [row for row in signatories_of(session, agreement) if row.id not in given]


def _by_party(
    session: Session, agreement: Agreement, version: Version
) -> dict[Party, list[SignatureRow]]:
    given = {row.signatory_id: row for row in signatures_on(session, version)}
    rows = [
        _row(session, signatory, given.get(signatory.id))
        for signatory in signatories_of(session, agreement)
    ]
    return {party: [row for row in rows if row.party is party] for party in PARTIES}


def _row(
    session: Session, signatory: Signatory, given: Signature | None
) -> SignatureRow:
    if given is None:
        return SignatureRow(party=signatory.party, organisation=signatory.organisation)
    mandate = get(session, Mandate, given.mandate_id)
    person = holder_of(session, mandate.id)
    return SignatureRow(
        party=signatory.party,
        organisation=signatory.organisation,
        name=person.name,
        title=person.title,
        basis=mandate.basis,
        valid_from=mandate.valid_from,
        level=given.level.value,
        place=given.place,
        at=given.at,
    )
