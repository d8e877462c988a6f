"""Takes a batch of records into the domain, and tells in plain rows what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from connector.imports.log_words import FIELDS, FINDINGS, PROBLEMS, TEXTS, worded
from connector.imports.problems import (
    WORDINGS,
    Language,
    printable,
    shortened,
    without_facts,
)
from connector.imports.records import Batch, OtherCase, Refused, TreatmentRecord
from workflows.decision.import_log import ImportRow, What
from workflows.decision.import_rules import (
    PlainOther,
    PlainProposal,
    PlainRecord,
    PlainVotes,
)
from workflows.decision.imports import AT_A_TIME, import_treatments
from workflows.people.hats import Hat


@dataclass(frozen=True, kw_only=True)
class ImportLog:
    """What came of one file: a row a record in the file's order, refusals last.

    `is_trial` says that nothing of it was kept.
    """

    source: str
    at: datetime
    rows: tuple[ImportRow, ...]
    refused: tuple[Refused, ...]
    is_trial: bool = False

    @property
    def totals(self) -> Mapping[str, int]:
        """How many rows each thing happened to, all of `What`, in its order."""
        happened = [row.what for row in self.rows]
        return {what.value: happened.count(what) for what in What}

    @property
    def has_refusals(self) -> bool:
        """Whether any row of the file was not taken in."""
        return self.totals[What.REFUSED] > 0

    def messages(self, language: Language = "nb") -> list[str]:
        """Return what is to be said of each row, one line each, empty where nothing."""
        # The reader's own words quote the file; the stored rows do not.
        read = [one.text(language) for one in self.refused]
        own = self.rows[: len(self.rows) - len(read)]
        return [row_text(row, language) for row in own] + read


def in_parts(batch: Batch, *, at_a_time: int = AT_A_TIME) -> list[Batch]:
    """Return a batch in parts, each of which can be kept by itself.

    So a large file holds up nobody for long, and what was read before a stop is kept.
    A record hears from all of the file whether it is final. Those that say what
    replaces what come last and together, for they ask what the whole file registered.
    What was refused comes with the last part.
    """
    if len(batch.records) <= at_a_time:
        return [batch]
    told = with_finality(batch.records)
    alone = [one for one in told if not (one.replaced_by or one.replaces)]
    claiming = tuple(one for one in told if one.replaced_by or one.replaces)
    parts = [
        tuple(alone[first : first + at_a_time])
        for first in range(0, len(alone), at_a_time)
    ]
    if claiming or not parts:
        parts.append(claiming)
    *before, last = parts
    return [
        *(replace(batch, records=part, refused=()) for part in before),
        replace(batch, records=last),
    ]


def joined(logs: Sequence[ImportLog]) -> ImportLog:
    """Return the logs of some parts as one, the refusals of all last."""
    own = [log.rows[: len(log.rows) - len(log.refused)] for log in logs]
    refused = [log.rows[len(rows) :] for log, rows in zip(logs, own, strict=True)]
    return replace(
        logs[0],
        rows=tuple(row for rows in (*own, *refused) for row in rows),
        refused=tuple(one for log in logs for one in log.refused),
    )


def apply_batch(
    session: Session,
    batch: Batch,
    *,
    gone: Sequence[tuple[str, str]] = (),
    by: Hat,
    at: datetime,
) -> ImportLog:
    """Take in a batch and return its log; the caller owns the transaction.

    `gone` are system and key of what the source publishes no longer.
    """
    rows = import_treatments(
        session,
        records=[plain_record(record) for record in batch.records],
        refused=[_refused(one) for one in batch.refused],
        gone=gone,
        source=printable(batch.source),
        by=by,
        at=at,
    )
    return ImportLog(
        source=printable(batch.source), at=at, rows=tuple(rows), refused=batch.refused
    )


def try_batch(
    session: Session,
    batch: Batch,
    *,
    gone: Sequence[tuple[str, str]] = (),
    by: Hat,
    at: datetime,
) -> ImportLog:
    """Return the log that the batch would give; nothing of it is kept."""
    savepoint = session.begin_nested()
    log = apply_batch(session, batch, gone=gone, by=by, at=at)
    savepoint.rollback()
    return replace(log, is_trial=True)


def with_finality(records: Sequence[TreatmentRecord]) -> list[TreatmentRecord]:
    """Let a version that is silent on finality hear it from the others."""
    told: dict[tuple[str, str], bool] = {}
    for record in records:
        if record.is_final is not None:
            told.setdefault(_key(record), record.is_final)
    return [
        record
        if record.is_final is not None
        else replace(record, is_final=told.get(_key(record)))
        for record in records
    ]


def _key(record: TreatmentRecord) -> tuple[str, str]:
    return record.source.system, record.source.source_id


def plain_record(record: TreatmentRecord) -> PlainRecord:
    """Return a reader's record as the domain takes it."""
    restriction, key = record.restriction, record.external_key
    return PlainRecord(
        system=record.source.system,
        source_id=record.source.source_id,
        payload_sha256=record.source.payload_sha256,
        body_name=record.body.name,
        body_id=record.body.id,
        body_code=record.body.code,
        meeting_id=record.meeting.id,
        meeting_day=record.meeting.day,
        number_type=record.number.type,
        number_seq=record.number.seq,
        number_year=record.number.year,
        title=record.title,
        archive_number=record.archive_number,
        decision_text=record.decision_text,
        outcome=record.outcome.value if record.outcome else None,
        outcome_raw=record.outcome_raw,
        is_final=record.is_final,
        decided_on=record.decided_on,
        votes=tuple(PlainVotes(**vars(votes)) for votes in record.votes),
        link=record.link,
        is_restricted=restriction is not None,
        legal_basis=restriction.legal_basis if restriction else None,
        external_system=key.system if key else None,
        external_key=key.key if key else None,
        proposals=tuple(PlainProposal(**vars(each)) for each in record.proposals),
        source_keys=record.source_keys,
        remarks=tuple(remark.value for remark in record.remarks),
        replaced_by=_other(record.replaced_by),
        replaces=_other(record.replaces),
    )


def _other(told: OtherCase | None) -> PlainOther | None:
    if told is None:
        return None
    return PlainOther(
        number_type=told.number.type,
        number_seq=told.number.seq,
        number_year=told.number.year,
        body_name=told.body_name,
    )


def row_text(row: ImportRow, language: Language = "nb") -> str:
    """Return what is to be said of a row on one line: problem, changes, findings."""
    said = [*_problem(row, language), *_changed(row, language)]
    if row.what is What.GONE:
        said.append(worded(TEXTS, "gone", language))
    said += [worded(FINDINGS, code, language) for code in row.findings]
    return " ".join(one[:1].upper() + one[1:] for one in said)


def row_json(row: ImportRow, message: str) -> dict[str, Any]:
    """Return a row as JSON values, with its message."""
    return {
        "what": row.what.value,
        "line": row.line,
        "place": row.place,
        "system": row.system,
        "source_id": row.source_id,
        "case": row.case,
        "treatment": row.treatment,
        "changed": list(row.changed),
        "findings": list(row.findings),
        "problem": row.problem,
        "message": message,
    }


def _refused(one: Refused) -> ImportRow:
    """Return a refusal as it is kept: place and code, nothing of the file's text."""
    withheld = without_facts(one.problem)
    return ImportRow(
        what=What.REFUSED,
        line=one.row,
        place=", ".join(part for part in (printable(one.file), one.where) if part),
        problem=withheld.code,
        facts=withheld.facts,
    )


def _problem(row: ImportRow, language: Language) -> Iterable[str]:
    if row.problem:
        facts = [printable(fact) for fact in row.facts]
        yield worded({**WORDINGS, **PROBLEMS}, row.problem, language, *facts)


def _changed(row: ImportRow, language: Language) -> Iterable[str]:
    for change in row.changed:
        field = worded(FIELDS, change["field"], language)
        old, new = (_value(change[side], language) for side in ("from", "to"))
        yield f"{field}: {old} → {new}."


def _value(value: Any, language: Language) -> str:
    if isinstance(value, bool):
        return worded(TEXTS, "yes" if value else "no", language)
    if not value:
        return worded(TEXTS, "nothing", language)
    if isinstance(value, dict):
        number = f"{value['number_type']} {value['number_seq']}/{value['number_year']}"
        return f"{value['body_name'] or ''} {number}".strip()
    if isinstance(value, list):
        return ", ".join(_item(item) for item in value)
    return f"«{shortened(str(value))}»"


def _item(item: Any) -> str:
    """Say one thing of a list: votes of a group, a proposal, or a key."""
    if not isinstance(item, dict):
        return shortened(str(item))
    return f"«{shortened(item['text'])}»" if "text" in item else _votes(item)


def _votes(votes: Mapping[str, Any]) -> str:
    counts = "–".join(str(votes[key]) for key in ("in_favour", "against", "blank"))
    return f"{votes['group'] or '?'} {counts}"
