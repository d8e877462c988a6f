"""A record that is new becomes a treatment in the mirror, under its case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final

from workflows.decision.bodies import Body, groups_of
from workflows.decision.cases import Case, CaseState
from workflows.decision.decisions import DecisionText
from workflows.decision.import_log import (
    ImportedRecord,
    ImportRow,
    Run,
    What,
    about,
    row_of,
)
from workflows.decision.import_matching import (
    body_of,
    day_of,
    find_case,
    find_meeting,
    is_last_body,
    next_case_ref,
    number_type_of,
)
from workflows.decision.import_rules import (
    PlainRecord,
    PlainVotes,
    Reading,
    archive_number_of,
    exemption_of,
    folded,
    reading_of,
    values_of,
)
from workflows.decision.meetings import (
    CaseNumber,
    ImportSource,
    ProposalText,
    Result,
    Treatment,
    VoteCount,
    Voting,
)
from workflows.decision.points import points_in
from workflows.decision.supersessions import claim_supersession
from workflows.decision.treatments import FINAL_RESULTS, register_treatment
from workflows.record.entries import append

VOTED_ON: Final = "vedtak"
ASKED: Final = frozenset({Result.POSTPONED, Result.SENT_BACK})


def register_record(run: Run, record: PlainRecord, body: Body) -> ImportRow:
    """Register the treatment that a record tells of, and its case when it is new."""
    day = day_of(record, today=run.today)
    case, is_new = _case_of(run, record, day)
    reading = reading_of(record, kind=body.kind, is_last=is_last_body(case, body))
    treatment = register_treatment(
        run.session,
        case=case.ref,
        body=body.ref,
        treated_on=day,
        result=reading.result,
        is_final=reading.is_final,
        minutes=minutes_of(record),
        meeting=find_meeting(run.session, body, record),
        number=CaseNumber(
            type=number_type_of(record),
            seq=record.number_seq,
            year=record.number_year,
        ),
        voting=_voting(run, record, body),
        proposals=_proposals(record),
        source=ImportSource(system=record.system, key=record.source_id),
        by=run.by,
        at=run.at,
        **_texts(record, reading),
    )
    remember(run, record, treatment)
    claim_replacements(run, record, treatment, body)
    findings = (*reading.findings, *beside(record, case, is_new=is_new))
    return row_of(record, What.ADDED, findings=findings, **about(run, treatment))


def _case_of(run: Run, record: PlainRecord, day: date) -> tuple[Case, bool]:
    """Return the case, and whether it was registered now."""
    number = archive_number_of(record)
    found = find_case(run.session, record, archive_number=number)
    if found:
        return found, False
    case = Case(
        ref=next_case_ref(run.session),
        title=record.title,
        archive_number=number,
        language=run.language,
        restricted=exemption_of(record, on=day),
        state=CaseState.REGISTERED,
        registered_at=run.at,
    )
    run.session.add(case)
    run.session.flush()
    # A mirrored case is registered by the import itself, under its own permission.
    append(run.session, "case.registered", case, moved=[case], by=run.by, at=run.at)
    return case, True


def _texts(record: PlainRecord, reading: Reading) -> dict[str, Any]:
    """Return where the text of a record belongs; a withdrawn case has nowhere."""
    text = record.decision_text
    if not text:
        return {}
    if reading.result in FINAL_RESULTS:
        return {"decision": DecisionText(text=text, items=points_in(text))}
    if reading.result in ASKED:
        return {"asked": text}
    return {"recommendation": text} if reading.result is Result.RECOMMENDS else {}


def minutes_of(record: PlainRecord) -> str:
    """Return where the treatment is written down (INV-20)."""
    return f"{record.place}, {record.link}" if record.link else record.place


def claim_replacements(
    run: Run, record: PlainRecord, treatment: Treatment, body: Body
) -> None:
    """Store what a record says that its treatment replaces, or is replaced by.

    Raises `RecordRefusedError` for a body or a type of number that is not known.
    """
    told = ((record.replaced_by, True), (record.replaces, False))
    for other, is_replaced in told:
        if other:
            named = replace(
                record,
                body_id=None,
                body_code=None,
                body_name=other.body_name or body.ref,
                number_type=other.number_type,
            )
            claim_supersession(
                run.session,
                treatment,
                is_replaced=is_replaced,
                body_id=body_of(run.session, named).id,
                number=(number_type_of(named), other.number_seq, other.number_year),
                at=run.at,
            )


def _proposals(record: PlainRecord) -> list[ProposalText]:
    return [
        ProposalText(number=number, from_whom=proposal.from_whom, text=proposal.text)
        for number, proposal in enumerate(record.proposals, start=1)
    ]


def _voting(run: Run, record: PlainRecord, body: Body) -> Voting:
    """Return the votes by group, with the groups called what they are in the body."""
    names = {folded(name): name for name in groups_of(run.session, body)}
    groups: dict[str | None, VoteCount] = {}
    for votes in record.votes:
        if votes.in_favour or votes.against or votes.blank:
            group = names.get(folded(votes.group), votes.group)
            groups[group] = _with_votes(groups.get(group), group, votes)
    return Voting(votes=tuple(groups.values()))


def _with_votes(
    count: VoteCount | None, group: str | None, votes: PlainVotes
) -> VoteCount:
    before = count or VoteCount(subject=VOTED_ON, votes_for=0, votes_against=0)
    return VoteCount(
        subject=VOTED_ON,
        group=group,
        votes_for=before.votes_for + votes.in_favour,
        votes_against=before.votes_against + votes.against,
        blank=before.blank + votes.blank,
    )


def beside(record: PlainRecord, case: Case, *, is_new: bool) -> tuple[str, ...]:
    """Return the findings on what a record holds beside its result."""
    found = [*(["new_case"] if is_new else []), *record.remarks]
    if any(votes.unknown for votes in record.votes):
        found.append("votes_unread")
    if record.is_restricted and case.restricted is None:
        found.append("case_is_open")
    return tuple(found)


def remember(run: Run, record: PlainRecord, treatment: Treatment) -> None:
    """Store what the first version of a record told, and what it is about."""
    run.session.add(
        ImportedRecord(
            system=record.system,
            source_id=record.source_id,
            payload_sha256=record.payload_sha256,
            versions=[record.payload_sha256],
            treatment_id=treatment.id,
            values=values_of(record),
            first_at=run.at,
            last_at=run.at,
        )
    )
    run.session.flush()
