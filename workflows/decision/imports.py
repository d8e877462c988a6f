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

from sqlalchemy.orm import Session

from workflows.base import get
from workflows.decision.bodies import Body
from workflows.decision.import_log import (
    NEWS,
    ImportedRecord,
    ImportRow,
    ImportRun,
    Run,
    What,
    about,
    find_record,
    log_rows,
    row_of,
)
from workflows.decision.import_matching import (
    checked_body,
    find_treatment,
    refuse_another_matter,
)
from workflows.decision.import_registering import register_record, remember
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
from workflows.errors import WorkflowError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.record.entries import append


def import_treatments(
    session: Session,
    *,
    records: Sequence[PlainRecord],
    refused: Sequence[ImportRow] = (),
    source: str,
    by: Hat,
    at: datetime,
) -> list[ImportRow]:
    """Take in the records of one file and return what came of each, in their order.

    A record is about the treatment imported from it before, else the one with the same
    number in the same body, which is linked and left as it is; else it is registered
    under the case with its archive number, or under a new case. `refused` are the rows
    that the reader could not use: they are logged with the others, and come last.

    When anything was new, the log is written and one entry appended,
    «decisions.imported» with counts and references, after the entries of the acts
    themselves. Else nothing is stored.
    """
    permit(by, "decisions.imported", at=at)
    run = Run(session, source, by, at)
    rows = [_imported(run, record) for record in _with_finality(records)]
    rows.extend(refused)
    if any(row.what in NEWS for row in rows):
        _write_log(run, rows)
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


def _imported(run: Run, record: PlainRecord) -> ImportRow:
    known = find_record(run.session, system=record.system, source_id=record.source_id)
    if known and record.payload_sha256 in known.versions:
        return _seen(run, record, known)
    try:
        with run.session.begin_nested():
            body = checked_body(run, record)
            if known is None:
                return _first(run, record, body)
            return _next(run, record, known, body)
    except RecordRefusedError as refusal:
        return row_of(record, What.REFUSED, problem=refusal.code, facts=refusal.facts)
    except WorkflowError as refusal:
        return row_of(record, What.REFUSED, problem="rule", facts=(str(refusal),))


def _seen(run: Run, record: PlainRecord, known: ImportedRecord) -> ImportRow:
    is_latest = record.payload_sha256 == known.payload_sha256
    treatment = get(run.session, Treatment, known.treatment_id)
    return row_of(
        record,
        What.UNCHANGED,
        findings=() if is_latest else ("older_version",),
        **about(run, treatment),
    )


def _first(run: Run, record: PlainRecord, body: Body) -> ImportRow:
    treatment = find_treatment(run.session, body, record)
    if treatment is None:
        return register_record(run, record, body)
    differing, findings = differences(run, record, treatment, body)
    remember(run, record, treatment)
    return row_of(
        record,
        What.LINKED,
        changed=tuple(differing),
        findings=findings,
        **about(run, treatment),
    )


def _next(
    run: Run, record: PlainRecord, known: ImportedRecord, body: Body
) -> ImportRow:
    """Keep a version that is new, and carry out what it says of the text."""
    told = values_of(record)
    changed = changes(known.values, told)
    treatment = get(run.session, Treatment, known.treatment_id)
    refuse_another_matter(run, record, known, treatment, body)
    known.values = merged(known.values, told)
    known.payload_sha256 = record.payload_sha256
    known.versions = [*known.versions, record.payload_sha256]
    known.last_at = run.at
    run.session.flush()
    if not changed:
        return row_of(record, What.NEW_VERSION, **about(run, treatment))
    findings = carry_out(run, record, known, treatment, {c["field"] for c in changed})
    return row_of(
        record,
        What.CHANGED,
        changed=tuple(changed),
        findings=findings,
        **about(run, treatment),
    )


def _write_log(run: Run, rows: Sequence[ImportRow]) -> None:
    session = run.session
    logged = ImportRun(
        ref=f"IMP-{next_number(session, ImportRun)}",
        source=run.source,
        mandate_id=run.by.mandate_id,
        at=run.at,
    )
    log_rows(session, logged, rows)
    counts = Counter(row.what.value for row in rows)
    refs = [row.treatment for row in rows if row.treatment and row.what in NEWS]
    append(
        session,
        "decisions.imported",
        logged,
        refs=refs,
        facts={what.value: counts[what.value] for what in What},
        by=run.by,
        at=run.at,
    )
