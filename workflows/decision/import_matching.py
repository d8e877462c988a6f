"""Which body, meeting, case and treatment a record is about; nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.base import all_of, owned, tenant
from workflows.clock import norwegian_date
from workflows.decision.bodies import Body, BodyKind
from workflows.decision.cases import Case
from workflows.decision.import_log import ImportedRecord, Run
from workflows.decision.import_rules import (
    PlainRecord,
    RecordRefusedError,
    archive_number_of,
    exemption_of,
    folded,
)
from workflows.decision.meetings import (
    BodyMeeting,
    ImportSource,
    NumberType,
    Treatment,
)
from workflows.decision.minutes import find_imported

OUR_NAME: Final = "samspor"
_CASE_REF: Final = re.compile(r"C([0-9]{1,6})")


def checked_body(run: Run, record: PlainRecord) -> Body:
    """Return the body of a record that can be used; each version is asked the same.

    Otherwise a version that was refused at first would pass as a change later, and the
    same file read again would change something. Raises `RecordRefusedError`.
    """
    body = body_of(run.session, record)
    number_type_of(record)
    archive_number_of(record)
    exemption_of(record, on=day_of(record, today=run.today))
    return body


def refuse_another_matter(
    run: Run,
    record: PlainRecord,
    known: ImportedRecord,
    treatment: Treatment,
    body: Body,
) -> None:
    """Raise `RecordRefusedError` for a version of another body, or an unclear case."""
    if body.id != treatment.body_id:
        raise RecordRefusedError("other_body", body.ref, treatment.ref)
    if record.archive_number != known.values["archive_number"]:
        number = archive_number_of(record)
        find_case(run.session, record, archive_number=number)


def body_of(session: Session, record: PlainRecord) -> Body:
    """Return the body that a record names by reference, name or code.

    Raises `RecordRefusedError` when no body, or more than one, is called that.
    """
    wanted = {
        folded(record.body_id),
        folded(record.body_name),
        folded(record.body_code),
    }
    found = [
        body
        for body in all_of(session, Body, Body.ref)
        if wanted & {folded(body.ref), folded(body.name_nb), folded(body.name_nn)}
    ]
    if not found:
        raise RecordRefusedError("unknown_body", record.body_name)
    if len(found) > 1:
        refs = ", ".join(body.ref for body in found)
        raise RecordRefusedError("ambiguous_body", record.body_name, refs)
    return found[0]


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


def find_meeting(session: Session, body: Body, record: PlainRecord) -> str | None:
    """Return the meeting with the source's number, else the only one that day."""
    query = owned(session, BodyMeeting).where(BodyMeeting.body_id == body.id)
    held = session.scalars(query).all()
    named = [
        m for m in held if record.meeting_id and record.meeting_id in {m.number, m.ref}
    ]
    that_day = [m for m in held if norwegian_date(m.starts_at) == record.treated_on]
    return _only(named) or _only(that_day)


def find_treatment(
    session: Session, body: Body, record: PlainRecord
) -> Treatment | None:
    """Return the treatment that came from this source, else the one with the number."""
    source = ImportSource(system=record.system, key=record.source_id)
    query = owned(session, Treatment).where(
        Treatment.body_id == body.id,
        Treatment.number_type == number_type_of(record),
        Treatment.number_seq == record.number_seq,
        Treatment.number_year == record.number_year,
    )
    return find_imported(session, source) or session.scalars(query).one_or_none()


def find_case(
    session: Session, record: PlainRecord, *, archive_number: str | None
) -> Case | None:
    """Return the case that our own key came back with, else by archive number.

    A key of a case with another archive number is not trusted.

    Raises `RecordRefusedError` when several cases have the archive number.
    """
    if folded(record.external_system) == OUR_NAME:
        query = owned(session, Case).where(Case.ref == record.external_key)
        ours = session.scalars(query).one_or_none()
        # The archive's own number says more than a key that has been out travelling.
        told = {archive_number, ours.archive_number} - {None} if ours else set()
        if ours and len(told) < 2:
            return ours
    if archive_number is None:
        return None
    query = owned(session, Case).where(Case.archive_number == archive_number)
    found = session.scalars(query.order_by(Case.ref)).all()
    if len(found) > 1:
        refs = ", ".join(case.ref for case in found)
        raise RecordRefusedError("several_cases", archive_number, refs)
    return found[0] if found else None


def next_case_ref(session: Session) -> str:
    """Return the reference after the highest «C14» that is used: «C15»."""
    refs = session.scalars(
        select(Case.ref).where(Case.municipality_id == tenant(session))
    )
    found = [_CASE_REF.fullmatch(ref) for ref in refs]
    highest = max((int(match[1]) for match in found if match), default=0)
    return f"C{highest + 1:02d}"


def is_last_body(case: Case | None, body: Body) -> bool:
    """Return whether no body treats the case after this one, as far as is known.

    The council (kommunestyret) is the highest body: kommuneloven § 5-3.
    """
    if body.kind in {BodyKind.COUNCIL, BodyKind.DELEGATED}:
        return True
    return bool(case and case.plan and case.plan[-1] == body.ref)


def _only(meetings: Sequence[BodyMeeting]) -> str | None:
    return meetings[0].ref if len(meetings) == 1 else None
