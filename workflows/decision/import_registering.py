"""A record that is new becomes a treatment in the mirror, under its case."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from workflows.base import Base
from workflows.decision.bodies import Body
from workflows.decision.cases import Case, CaseState
from workflows.decision.decisions import DecisionText
from workflows.decision.import_batches import Batch
from workflows.decision.import_log import (
    ImportedRecord,
    ImportRow,
    Run,
    What,
    row_of,
)
from workflows.decision.import_matching import (
    day_of,
    is_last_body,
    number_type_of,
)
from workflows.decision.import_registered import Registered, about
from workflows.decision.import_rules import (
    PlainOther,
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
    VoteCount,
    Voting,
)
from workflows.decision.minuted import (
    FINAL_RESULTS,
    Minuted,
    Setting,
    checked,
    decision_rows,
    details_of,
    drawn_up,
    entry_of,
    move_case,
)
from workflows.decision.points import points_in
from workflows.decision.supersessions import SupersessionClaim
from workflows.people.access import permit
from workflows.record.drafts import drafted

VOTED_ON: Final = "vedtak"
ASKED: Final = frozenset({Result.POSTPONED, Result.SENT_BACK})


def register_record(batch: Batch, record: PlainRecord, body: Body) -> ImportRow:
    """Register the treatment that a record tells of, and its case when it is new.

    The rows wait in the batch; a record that is refused leaves none.
    """
    run, known = batch.run, batch.known
    day = day_of(record, today=run.today)
    case, is_new = _case_of(batch, record, day)
    reading = reading_of(record, kind=body.kind, is_last=is_last_body(case, body))
    permit(run.by, "case.treated", at=run.at)
    told = checked(_minuted(known, record, body, reading), at=run.at)
    where = known.setting(case, body, known.meeting_of(body, record))
    treatment = drawn_up(told, where, at=run.at)
    batch.require_appendable("case.treated")
    imported = new_record(run, record, treatment.id)
    claims = claims_of(batch, record, treatment.id, body)
    entries = [drafted("case.registered", case, moved=[case])] if is_new else []
    rows: list[Base] = [case] if is_new else []
    decision = decision_rows(treatment, told.decision) if told.decision else None
    rows += [treatment, *details_of(treatment, told), imported, *claims]
    rows += [decision[0], *decision[1]] if decision else []
    moved = _move(batch, told, where, is_new=is_new)
    written = [decision[0].ref, *(item.ref for item in decision[1])] if decision else []
    entries.append(entry_of(treatment, told, where, moved=moved, written=written))
    batch.add(rows, entries)
    known.keep(case, treatment, told)
    known.records[record.system, record.source_id] = imported
    findings = (*reading.findings, *beside(record, case, is_new=is_new))
    return row_of(record, What.ADDED, findings=findings, **about(known, treatment.id))


def _case_of(batch: Batch, record: PlainRecord, day: date) -> tuple[Case, bool]:
    """Return the case, and whether it is to be registered now."""
    number = archive_number_of(record)
    found = batch.known.case_of(record, archive_number=number)
    if found:
        return found, False
    # A mirrored case is registered by the import itself, under its own permission.
    batch.require_appendable("case.registered")
    case = Case(
        ref=batch.known.next_case_ref(),
        title=record.title,
        archive_number=number,
        language=batch.run.language,
        restricted=exemption_of(record, on=day),
        state=CaseState.REGISTERED,
        registered_at=batch.run.at,
    )
    return case, True


def _minuted(
    known: Registered, record: PlainRecord, body: Body, reading: Reading
) -> Minuted:
    return Minuted(
        treated_on=record.treated_on or date.max,
        result=reading.result,
        is_final=reading.is_final,
        minutes=minutes_of(record),
        number=CaseNumber(
            type=number_type_of(record),
            seq=record.number_seq,
            year=record.number_year,
        ),
        voting=_voting(known, record, body),
        proposals=tuple(_proposals(record)),
        source=ImportSource(system=record.system, key=record.source_id),
        **_texts(record, reading),
    )


def _move(
    batch: Batch, told: Minuted, where: Setting, *, is_new: bool
) -> Sequence[Case]:
    """Move the case; its version counts the moves, however many wait to be written."""
    session, before = batch.run.session, where.case.state
    if where.case in session.dirty:
        session.flush()
    moved = move_case(told, where)
    if where.case.state is not before and (is_new or batch.known.is_new(where.case)):
        where.case.row_version += 1
    return moved


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


def claims_of(
    batch: Batch, record: PlainRecord, treatment: uuid.UUID, body: Body
) -> list[SupersessionClaim]:
    """Return what a record says that its treatment replaces, or is replaced by.

    Raises `RecordRefusedError` for a body or a type of number that is not known.
    """
    told = ((record.replaced_by, True), (record.replaces, False))
    return [
        _claim(batch, record, treatment, body, other, is_replaced=is_replaced)
        for other, is_replaced in told
        if other
    ]


def _claim(
    batch: Batch,
    record: PlainRecord,
    treatment: uuid.UUID,
    body: Body,
    other: PlainOther,
    *,
    is_replaced: bool,
) -> SupersessionClaim:
    named = replace(
        record,
        body_id=None,
        body_code=None,
        body_name=other.body_name or body.ref,
        number_type=other.number_type,
    )
    return SupersessionClaim(
        treatment_id=treatment,
        is_replaced=is_replaced,
        body_id=batch.known.body_of(named).id,
        number_type=number_type_of(named),
        number_seq=other.number_seq,
        number_year=other.number_year,
        said_at=batch.run.at,
    )


def _proposals(record: PlainRecord) -> list[ProposalText]:
    return [
        ProposalText(number=number, from_whom=proposal.from_whom, text=proposal.text)
        for number, proposal in enumerate(record.proposals, start=1)
    ]


def _voting(known: Registered, record: PlainRecord, body: Body) -> Voting:
    """Return the votes by group, with the groups called what they are in the body."""
    names = {folded(name): name for name in known.groups_of(body)}
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


def new_record(run: Run, record: PlainRecord, treatment: uuid.UUID) -> ImportedRecord:
    """Return what the first version of a record told, and what it is about."""
    return ImportedRecord(
        system=record.system,
        source_id=record.source_id,
        payload_sha256=record.payload_sha256,
        versions=[record.payload_sha256],
        treatment_id=treatment,
        values=values_of(record),
        first_at=run.at,
        last_at=run.at,
    )
