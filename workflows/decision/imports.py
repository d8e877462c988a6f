"""The import of decisions: records of a file into the mirror, again and again.

The same record twice changes nothing. A new version is logged with exactly the fields
that it tells otherwise; what a person registered is never overwritten, and no outcome
of an output is ever set here: a person does that. A bad record never stops the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from workflows.base import get
from workflows.decision.bodies import Body
from workflows.decision.cases import Case
from workflows.decision.import_batches import Batch
from workflows.decision.import_log import (
    NEWS,
    ImportedRecord,
    ImportRow,
    ImportRun,
    Run,
    What,
    find_record,
    log_rows,
    row_of,
)
from workflows.decision.import_matching import checked_body, refuse_another_matter
from workflows.decision.import_registered import Place, about
from workflows.decision.import_registering import (
    claims_of,
    new_record,
    register_record,
)
from workflows.decision.import_rules import (
    PlainRecord,
    RecordRefusedError,
    changes,
    merged,
    values_of,
)
from workflows.decision.import_versions import carry_out, differences
from workflows.decision.meetings import Treatment
from workflows.decision.references import next_number
from workflows.decision.supersessions import claim_supersession, supersessions
from workflows.errors import NotFoundError, WorkflowError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.record.entries import append

# How many records are looked up and written together.
AT_A_TIME: Final = 1_000


def import_treatments(
    session: Session,
    *,
    records: Sequence[PlainRecord],
    refused: Sequence[ImportRow] = (),
    gone: Sequence[tuple[str, str]] = (),
    source: str,
    at_a_time: int = AT_A_TIME,
    by: Hat,
    at: datetime,
) -> list[ImportRow]:
    """Take in the records of one file and return what came of each, in their order.

    A record is about the treatment imported from it before, else the one with the same
    number in the same body, which is linked and left as it is; else it is registered
    under the case with its archive number, or under a new case. `refused` are the rows
    that the reader could not use: they are logged with the others, and come last.
    `gone` are system and key of what a source publishes no longer: what was imported of
    it stands, marked. `at_a_time` is how many are looked up and written together, which
    makes no difference to what is stored.

    When anything was new, the log is written and one entry appended,
    «decisions.imported» with counts and references, after the entries of the acts
    themselves. Else nothing is stored.
    """
    permit(by, "decisions.imported", at=at)
    run = Run(session, source, by, at)
    told = _with_finality(records)
    parts = (
        told[first : first + at_a_time] for first in range(0, len(told), at_a_time)
    )
    rows = [row for part in parts for row in _rows(run, part)]
    rows = _with_supersessions(run, told, rows)
    rows.extend(_gone(run, system, key) for system, key in gone)
    rows.extend(refused)
    if any(row.what in NEWS for row in rows):
        _write_log(run, rows)
    return rows


def _rows(run: Run, records: Sequence[PlainRecord]) -> list[ImportRow]:
    """Take in records that are looked up and written together."""
    batch = Batch(run, records)
    rows = [_imported(batch, record) for record in records]
    batch.write()
    return rows


def _with_finality(records: Sequence[PlainRecord]) -> list[PlainRecord]:
    """Let a version that is silent on finality hear it from the others in the file."""
    told: dict[tuple[str, str], bool] = {}
    for record in records:
        if record.is_final is not None:
            told.setdefault((record.system, record.source_id), record.is_final)
    return [
        replace(record, is_final=told.get((record.system, record.source_id)))
        if record.is_final is None
        else record
        for record in records
    ]


def _imported(batch: Batch, record: PlainRecord) -> ImportRow:
    before = batch.find_record(record)
    if before and before.gone_at is None and record.payload_sha256 in before.versions:
        return _seen(batch, record, before)
    try:
        return _taken_in(batch, record, before)
    except RecordRefusedError as refusal:
        return row_of(record, What.REFUSED, problem=refusal.code, facts=refusal.facts)
    except WorkflowError as refusal:
        return row_of(record, What.REFUSED, problem="rule", facts=(str(refusal),))


def _taken_in(
    batch: Batch, record: PlainRecord, before: ImportedRecord | None
) -> ImportRow:
    """Register what is new with the others; all else by itself, in its turn."""
    body = checked_body(batch.known, record, today=batch.run.today)
    treatment = batch.known.treatment_of(record, body)
    if before is None and treatment is None:
        return register_record(batch, record, body)
    batch.write()
    with batch.run.session.begin_nested():
        if before:
            return _next(batch, record, batch.attached(before), body)
        assert treatment is not None  # noqa: S101 - else it was new
        return _linked(batch, record, treatment, body)


def _seen(batch: Batch, record: PlainRecord, before: ImportedRecord) -> ImportRow:
    is_latest = record.payload_sha256 == before.payload_sha256
    return row_of(
        record,
        What.UNCHANGED,
        findings=() if is_latest else ("older_version",),
        **about(batch.known, before.treatment_id),
    )


def _with_supersessions(
    run: Run, records: Sequence[PlainRecord], rows: Sequence[ImportRow]
) -> list[ImportRow]:
    """Add the finding to what is new where only one of two says what replaces what.

    Asked when all the rows are in: the other may stand further down in the file.
    """
    claims = any(record.replaced_by or record.replaces for record in records)
    pairs = supersessions(run.session) if claims else []
    one_sided = {
        ref for one in pairs if one.is_one_sided for ref in (one.earlier, one.later)
    }
    paired = {ref for one in pairs for ref in (one.earlier, one.later)}
    return [
        replace(
            row, findings=(*row.findings, *_said_of(record, row, paired, one_sided))
        )
        for record, row in zip(records, rows, strict=True)
    ]


def _said_of(
    record: PlainRecord, row: ImportRow, paired: set[str], one_sided: set[str]
) -> tuple[str, ...]:
    if row.treatment is None or row.what is What.UNCHANGED:
        return ()
    if not (record.replaced_by or record.replaces):
        return ()
    if row.treatment not in paired:
        return ("replacement_unknown",)
    return ("replacement_one_sided",) if row.treatment in one_sided else ()


def _gone(run: Run, system: str, key: str) -> ImportRow:
    """Mark what a source publishes no longer; the second time nothing is new."""
    known = find_record(run.session, system=system, source_id=key)
    if known is None:
        raise NotFoundError("ImportedRecord", key)
    treatment = get(run.session, Treatment, known.treatment_id)
    what = What.UNCHANGED if known.gone_at else What.GONE
    known.gone_at = known.gone_at or run.at
    run.session.flush()
    return ImportRow(
        what=what,
        place=treatment.minutes,
        system=system,
        source_id=key,
        case=get(run.session, Case, treatment.case_id).ref,
        treatment=treatment.ref,
        treatment_id=treatment.id,
    )


def _linked(batch: Batch, record: PlainRecord, place: Place, body: Body) -> ImportRow:
    run = batch.run
    treatment = get(run.session, Treatment, place.id)
    differing, findings = differences(run, record, treatment, body)
    imported = new_record(run, record, treatment.id)
    run.session.add(imported)
    run.session.flush()
    _claim(batch, record, treatment, body)
    batch.known.records[record.system, record.source_id] = imported
    return row_of(
        record,
        What.LINKED,
        changed=tuple(differing),
        findings=findings,
        **about(batch.known, treatment.id),
    )


def _next(
    batch: Batch, record: PlainRecord, known: ImportedRecord, body: Body
) -> ImportRow:
    """Keep a version that is new, and carry out what it says of the text."""
    run = batch.run
    told = values_of(record)
    changed = changes(known.values, told) + _published_again(known)
    place = batch.known.place(known.treatment_id)
    refuse_another_matter(batch.known, record, known, place, body)
    known.values = merged(known.values, told)
    known.payload_sha256 = record.payload_sha256
    known.versions = list(dict.fromkeys([*known.versions, record.payload_sha256]))
    known.gone_at = None
    known.last_at = run.at
    run.session.flush()
    if not changed:
        return row_of(record, What.NEW_VERSION, **about(batch.known, place.id))
    treatment = get(run.session, Treatment, place.id)
    _claim(batch, record, treatment, body)
    findings = carry_out(run, record, known, treatment, {c["field"] for c in changed})
    return row_of(
        record,
        What.CHANGED,
        changed=tuple(changed),
        findings=findings,
        **about(batch.known, place.id),
    )


def _claim(batch: Batch, record: PlainRecord, treatment: Treatment, body: Body) -> None:
    for claim in claims_of(batch, record, treatment.id, body):
        claim_supersession(batch.run.session, claim)


def _published_again(known: ImportedRecord) -> list[dict[str, Any]]:
    if known.gone_at is None:
        return []
    return [{"field": "is_published", "from": False, "to": True}]


def _counted(rows: Sequence[ImportRow]) -> dict[str, int]:
    """Count what came of the rows; what only a published source can tell, if it did."""
    counts = Counter(row.what for row in rows)
    return {
        what.value: counts[what]
        for what in What
        if what is not What.GONE or counts[what]
    }


def _write_log(run: Run, rows: Sequence[ImportRow]) -> None:
    session = run.session
    logged = ImportRun(
        ref=f"IMP-{next_number(session, ImportRun)}",
        source=run.source,
        mandate_id=run.by.mandate_id,
        at=run.at,
    )
    log_rows(session, logged, rows)
    refs = [row.treatment for row in rows if row.treatment and row.what in NEWS]
    append(
        session,
        "decisions.imported",
        logged,
        refs=refs,
        facts=_counted(rows),
        by=run.by,
        at=run.at,
    )
