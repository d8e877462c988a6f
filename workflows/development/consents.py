"""Consent to what a text says (samtykke), section by section, and whether it holds yet.

A party that agrees to a version consents to what each of its sections says, by
fingerprint. When the words of a section change, the consent to that section no longer
holds for the newest text, and it holds again by itself when the words come back. A file
that is saved anew, renamed or reformatted says the same. Nothing is ever deleted.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from workflows.base import by_ref, owned
from workflows.development.documents import (
    Content,
    Document,
    Version,
    document_of,
    latest,
    versions_of,
)
from workflows.development.positions import Position, View
from workflows.errors import NotFoundError, RuleBrokenError
from workflows.forms.catalogue import form
from workflows.forms.fingerprints import fingerprints
from workflows.forms.wording import Stretch, section_words, word_diff
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.kinds import PARTIES, Party
from workflows.people.notices import NoticeKind, notify_parties
from workflows.record.entries import append, next_seq
from workflows.record.judgements import (
    SUSPECT,
    Judgement,
    Pair,
    Validity,
    Verdict,
    judge,
    judgements_of,
    validity,
)

_VERDICTS = {
    Position.AGREE: Verdict.VALID,
    Position.AGREE_WITH_REMARK: Verdict.VALID,
    Position.DISAGREE: Verdict.INVALID,
}


@dataclass(frozen=True, kw_only=True)
class Consent:
    """How one party's consent to one section stands against the newest text.

    `consented` is the fingerprint of what the party said yes or no to last, `now` that
    of the newest text. `agreed` tells whether it said yes; `kept` is the party's reason
    for letting its consent stand for the newest wording, None where none was needed.
    """

    section: str
    party: Party
    validity: Validity
    consented: str
    now: str
    agreed: bool
    kept: str | None = None


@dataclass(frozen=True, kw_only=True)
class Transition:
    """A consent that began or ceased to hold."""

    section: str
    party: Party
    before: Validity
    after: Validity


def record_consents(
    session: Session,
    version: Version,
    views: Mapping[uuid.UUID, View],
    *,
    at: datetime,
) -> None:
    """Store what each party said to each section; `views` are by mandate."""
    paper = document_of(session, version)
    marks = _section_marks(paper, version)
    entry = next_seq(session)
    stands = [one for one in views.items() if one[1].position in _VERDICTS]
    for (mandate_id, view), (section, mark) in itertools.product(stands, marks.items()):
        judge(
            session,
            link=link_of(paper.ref, section, view.party),
            pair=Pair(mark, mark),
            verdict=_VERDICTS[view.position],
            reason=view.dissent,
            mandate_id=mandate_id,
            entry=entry,
            at=at,
        )


def consents_to(session: Session, document: str) -> list[Consent]:
    """Return how each consent stands against the newest text of a document.

    By section in the order on paper, then by party in neutral order. A party that has
    never taken a stand on the document is not there.
    """
    paper = by_ref(session, Document, document)
    marks = _section_marks(paper, latest(session, document))
    links = {
        link_of(document, section, party): (section, party)
        for section in marks
        for party in PARTIES
    }
    told = judgements_of(session, list(links))
    return [
        _consent(section, party, told[link], now=marks[section])
        for link, (section, party) in links.items()
        if link in told
    ]


def changed_words(
    session: Session, document: str, section: str, party: Party
) -> tuple[Stretch, ...]:
    """Return word by word how a section differs from what a party consented to.

    Raises:
        NotFoundError: the party has never taken a stand on the document.
    """
    paper = by_ref(session, Document, document)
    kind = form(paper.kind)
    link = link_of(document, section, party)
    told = judgements_of(session, [link]).get(link)
    if not told:
        raise NotFoundError("consent", link)
    before = _wording(session, paper, section, mark=told[-1].source)
    values = latest(session, document).values
    after = section_words(kind, section, values, paper.language)
    return word_diff(before, after)


def accept_change(
    session: Session, *, document: str, section: str, reason: str, by: Hat, at: datetime
) -> Judgement:
    """Say for one's party that a change leaves its consent as it was.

    It holds for this wording only: at the next change the consent is open again.

    Raises:
        RuleBrokenError: the consent holds, the party never gave one, or no reason.
    """
    paper = by_ref(session, Document, document)
    permit(by, "consent.kept", at=at, project=paper.project)
    consent = _own(session, document, section, by.require_party())
    if by.mandate_id is None:
        raise RuleBrokenError(f"{by.person_ref} holds no mandate", rule="INV-07")
    row = judge(
        session,
        link=link_of(document, section, consent.party),
        pair=Pair(consent.consented, consent.now),
        verdict=Verdict.NO_EFFECT,
        reason=reason,
        mandate_id=by.mandate_id,
        entry=next_seq(session),
        at=at,
    )
    facts = {"section": section, "party": consent.party.value, "to": consent.now}
    append(session, "consent.kept", paper, by=by, at=at, facts=facts)
    return row


def note_transitions(
    session: Session,
    document: str,
    before: Sequence[Consent],
    *,
    by: Hat,
    at: datetime,
) -> list[Transition]:
    """Append one entry for each consent that a change of the text made fall or rise."""
    paper = by_ref(session, Document, document)
    found = transitions(before, consents_to(session, document))
    for one in found:
        facts = {
            "section": one.section,
            "party": one.party.value,
            "from": one.before.value,
            "to": one.after.value,
        }
        append(session, "consent.changed", paper, by=by, at=at, facts=facts)
    _tell(session, document, found, at=at)
    return found


def _tell(
    session: Session, document: str, found: Sequence[Transition], *, at: datetime
) -> None:
    """Each party whose consent fell is told once, with the sections."""
    for party in PARTIES:
        fallen = [
            one.section for one in found if one.party is party and one.after in SUSPECT
        ]
        if fallen:
            notify_parties(
                session,
                NoticeKind.CONSENT_FALLEN,
                document,
                at=at,
                parties=[party],
                facts={"sections": fallen},
            )


def transitions(
    before: Sequence[Consent], after: Sequence[Consent]
) -> list[Transition]:
    """Return what differs between two looks at the consents to one document."""
    former = {(one.section, one.party): one.validity for one in before}
    return [
        Transition(
            section=one.section,
            party=one.party,
            before=former[one.section, one.party],
            after=one.validity,
        )
        for one in after
        if former.get((one.section, one.party), one.validity) is not one.validity
    ]


def link_of(document: str, section: str, party: Party) -> str:
    """Return the name under which consents of a party to a section are judged."""
    return f"consent:{document}:{section}:{party.value}"


def _section_marks(paper: Document, version: Version) -> dict[str, str]:
    kind = form(paper.kind)
    marks = fingerprints(kind, version.values)
    return {section.key: marks[section.key] for section in kind.sections}


def _consent(
    section: str, party: Party, told: Sequence[Judgement], *, now: str
) -> Consent:
    """The text that was consented to stays what it was: only the target can change.

    A wording that the party has taken a stand on before needs no new one.
    """
    stands = {row.source: row for row in told if row.source == row.target}
    source = now if now in stands else told[-1].source
    return Consent(
        section=section,
        party=party,
        validity=validity([row.judged for row in told], Pair(source, now)),
        consented=told[-1].source,
        now=now,
        agreed=told[-1].verdict is not Verdict.INVALID,
        kept=_kept(told[-1], now),
    )


def _kept(last: Judgement, now: str) -> str | None:
    is_kept = last.verdict is Verdict.NO_EFFECT and last.target == now != last.source
    return last.reason if is_kept else None


def _own(session: Session, document: str, section: str, party: Party) -> Consent:
    for one in consents_to(session, document):
        if (one.section, one.party) == (section, party):
            if one.agreed and one.validity is Validity.SUSPECT_TARGET:
                return one
            break
    raise RuleBrokenError(
        f"{party} has no consent to {section} of {document} that a change has touched",
        rule="SM-3",
    )


def _wording(session: Session, paper: Document, section: str, *, mark: str) -> str:
    """The words of the frozen version whose section had this fingerprint."""
    query = owned(session, Content).where(
        Content.version_id.in_([row.id for row in versions_of(session, paper.ref)])
    )
    frozen = session.scalars(query.order_by(Content.frozen_at)).all()
    values = next(row.values for row in frozen if row.fingerprints[section] == mark)
    return section_words(form(paper.kind), section, values, paper.language)
