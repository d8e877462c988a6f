"""Which body, day, number and case a record is about; nothing is guessed."""

from __future__ import annotations

from datetime import date

from workflows.decision.bodies import Body, BodyKind
from workflows.decision.cases import Case
from workflows.decision.import_log import ImportedRecord
from workflows.decision.import_registered import Place, Registered
from workflows.decision.import_rules import (
    PlainRecord,
    RecordRefusedError,
    archive_number_of,
    exemption_of,
)
from workflows.decision.meetings import NumberType


def checked_body(known: Registered, record: PlainRecord, *, today: date) -> Body:
    """Return the body of a record that can be used; each version is asked the same.

    Otherwise a version that was refused at first would pass as a change later, and the
    same file read again would change something. Raises `RecordRefusedError`.
    """
    body = known.body_of(record)
    number_type_of(record)
    archive_number_of(record)
    exemption_of(record, on=day_of(record, today=today))
    return body


def refuse_another_matter(
    known: Registered,
    record: PlainRecord,
    before: ImportedRecord,
    treatment: Place,
    body: Body,
) -> None:
    """Raise `RecordRefusedError` for a version of another body, or an unclear case."""
    if body.id != treatment.body_id:
        raise RecordRefusedError("other_body", body.ref, treatment.ref)
    if record.archive_number != before.values["archive_number"]:
        known.case_of(record, archive_number=archive_number_of(record))


def number_type_of(record: PlainRecord) -> NumberType:
    """Return the type of the case number, or raise `RecordRefusedError`."""
    try:
        return NumberType(record.number_type)
    except ValueError:
        known = ", ".join(NumberType)
        raise RecordRefusedError(
            "unknown_number_type", record.number_type, known
        ) from None


def day_of(record: PlainRecord, *, today: date) -> date:
    """Return the day of the treatment; raises when it is untold or still to come."""
    if record.treated_on is None:
        raise RecordRefusedError("no_day")
    if record.treated_on > today:
        raise RecordRefusedError("day_to_come", f"{record.treated_on:%d.%m.%Y}")
    return record.treated_on


def is_last_body(case: Case | None, body: Body) -> bool:
    """Return whether no body treats the case after this one, as far as is known.

    The council (kommunestyret) is the highest body: kommuneloven § 5-3.
    """
    if body.kind in {BodyKind.COUNCIL, BodyKind.DELEGATED}:
        return True
    return bool(case and case.plan and case.plan[-1] == body.ref)
