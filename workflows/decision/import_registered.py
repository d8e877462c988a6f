"""What is registered of that which some records are about, found once for them all.

A SELECT for each record is what an import of many would spend its time on. So the keys
of all of them are looked up together, and what comes while they are taken in is added.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Integer, cast, func, or_, select
from sqlalchemy.orm import Session, make_transient_to_detached

from workflows.base import all_of, among, owned, points_at, tenant
from workflows.clock import norwegian_date
from workflows.decision.bodies import Body, BodyGroup
from workflows.decision.cases import Case, PreparationCheck
from workflows.decision.import_log import ImportedRecord, Run
from workflows.decision.import_rules import (
    PlainRecord,
    RecordRefusedError,
    archive_number_of,
    folded,
)
from workflows.decision.meetings import (
    AgendaItem,
    BodyMeeting,
    NumberType,
    Result,
    Treatment,
)
from workflows.decision.minuted import Minuted, Setting, is_ready
from workflows.decision.minutes import treatments_of
from workflows.record.entries import locked_head

OUR_NAME = "samspor"
_A_DAY = timedelta(days=1)

_NUMBER_TYPES = frozenset(each.value for each in NumberType)
_PLACES = select(
    *(Treatment.id, Treatment.ref, Treatment.body_id, Case.ref.label("case")),
    *(Treatment.source_system, Treatment.source_id),
    *(Treatment.number_type, Treatment.number_seq, Treatment.number_year),
).join(Case, points_at(Treatment.case_id, Case))

Source = tuple[str, str]
Number = tuple[uuid.UUID, str, int, int]


@dataclass(frozen=True, kw_only=True)
class Place:
    """A treatment as the log names it, and what it is of."""

    id: uuid.UUID
    ref: str
    case: str
    body_id: uuid.UUID


@dataclass(kw_only=True)
class Past:
    """What a case has been through: what the findings on the next treatment rest on."""

    earlier: int = 0
    latest: date | None = None
    sent_back: list[datetime] = field(default_factory=list)
    check: PreparationCheck | None = None
    agendas: set[uuid.UUID] = field(default_factory=set)


class Registered:
    """What is registered already of what some records are about."""

    def __init__(self, run: Run, records: Sequence[PlainRecord]) -> None:
        self._session = session = run.session
        self.head = locked_head(session)
        self._bodies = _bodies(session)
        self._groups = _groups(session)
        self._meetings = _meetings(session, records)
        self.records = _records(session, records)
        self._cases: dict[str, Case] = {}
        self._archived: defaultdict[str, list[Case]] = defaultdict(list)
        self._pasts: defaultdict[uuid.UUID, Past] = defaultdict(Past)
        self._new: dict[uuid.UUID, Case] = {}
        self._places: dict[uuid.UUID, Place] = {}
        self._by_source: dict[Source, Place] = {}
        self._by_number: dict[Number, Place] = {}
        self._next_case: int | None = None
        for case in _cases(session, records):
            self._keep_case(case)
        _fill_pasts(session, self._cases.values(), self._pasts)
        for row in _treatments(session, self, records):
            self._keep_treatment(row, row.case)

    def body_of(self, record: PlainRecord) -> Body:
        """Return the body that a record names by reference, name or code.

        Raises `RecordRefusedError` when no body, or more than one, is called that.
        """
        names = (record.body_id, record.body_name, record.body_code)
        called = [self._bodies.get(folded(name), ()) for name in names]
        found = {body.ref: body for bodies in called for body in bodies}
        if not found:
            raise RecordRefusedError("unknown_body", record.body_name)
        if len(found) > 1:
            refs = ", ".join(sorted(found))
            raise RecordRefusedError("ambiguous_body", record.body_name, refs)
        return next(iter(found.values()))

    def groups_of(self, body: Body) -> Mapping[str, int]:
        """Return group → seats, the largest first; empty where none are registered."""
        return self._groups.get(body.id, {})

    def meeting_of(self, body: Body, record: PlainRecord) -> BodyMeeting | None:
        """Return the meeting with the source's number, else the only one that day."""
        named = self._meetings.get((body.id, record.meeting_id), ())
        that_day = self._meetings.get((body.id, record.treated_on), ())
        return _only(named) or _only(that_day)

    def case_of(
        self, record: PlainRecord, *, archive_number: str | None
    ) -> Case | None:
        """Return the case that our own key came back with, else by archive number.

        A key of a case with another archive number is not trusted.

        Raises `RecordRefusedError` when several cases have the archive number.
        """
        if is_ours(record) and record.external_key in self._cases:
            ours = self._cases[record.external_key]
            # The archive's number says more than a key that has been out travelling.
            if len({archive_number, ours.archive_number} - {None}) < 2:
                return ours
        found = self._archived.get(archive_number or "", [])
        if len(found) > 1:
            refs = ", ".join(sorted(case.ref for case in found))
            raise RecordRefusedError("several_cases", archive_number, refs)
        return found[0] if found else None

    def treatment_of(self, record: PlainRecord, body: Body) -> Place | None:
        """Return the treatment that came from this source, else with the number."""
        source = self._by_source.get((record.system, record.source_id))
        return source or self._by_number.get(_number(record, body))

    def place(self, treatment: uuid.UUID) -> Place:
        """Return what the log says of a treatment that a record is about."""
        return self._places[treatment]

    def next_case_ref(self) -> str:
        """Return the reference after the highest «C14» that is used: «C15»."""
        if self._next_case is None:
            self._next_case = _highest_case(self._session) + 1
        return f"C{self._next_case:02d}"

    def setting(self, case: Case, body: Body, meeting: BodyMeeting | None) -> Setting:
        """Return where the next treatment of a case takes place, as it is now."""
        past = self._pasts[case.id]
        return Setting(
            case=case,
            body=body,
            meeting=meeting,
            groups=self.groups_of(body),
            earlier=past.earlier,
            latest=past.latest,
            is_on_agenda=bool(meeting and meeting.id in past.agendas),
            is_ready=is_ready(past.check, past.sent_back),
        )

    def keep(self, case: Case, treatment: Treatment, told: Minuted) -> None:
        """Know of a treatment that came, and of its case when it is new."""
        if case.ref not in self._cases:
            self._keep_case(case)
            self._new[case.id] = case
            self._next_case = (self._next_case or 0) + 1
        past = self._pasts[case.id]
        past.earlier += 1
        past.latest = max(past.latest or told.treated_on, told.treated_on)
        if told.result is Result.SENT_BACK:
            past.sent_back.append(treatment.registered_at)
        self._keep_treatment(treatment, case.ref)

    def adopt_new(self) -> None:
        """Let the session look after the new cases, which are in the database now."""
        for case in self._new.values():
            case.municipality_id = tenant(self._session)
            make_transient_to_detached(case)
            self._session.add(case)
        self._new.clear()

    def is_new(self, case: Case) -> bool:
        """Whether a case is not in the database yet."""
        return case.id in self._new

    def _keep_case(self, case: Case) -> None:
        self._cases[case.ref] = case
        if case.archive_number:
            self._archived[case.archive_number].append(case)

    def _keep_treatment(self, treatment: Any, case: str) -> None:
        place = Place(
            id=treatment.id, ref=treatment.ref, case=case, body_id=treatment.body_id
        )
        self._places[place.id] = place
        if treatment.source_system is not None and treatment.source_id is not None:
            self._by_source[treatment.source_system, treatment.source_id] = place
        if treatment.number_seq is not None:
            kind, year = treatment.number_type.value, treatment.number_year
            key = (treatment.body_id, kind, treatment.number_seq, year)
            self._by_number[key] = place


def about(known: Registered, treatment: uuid.UUID) -> dict[str, Any]:
    """Return what a row of the log says of the treatment that its record is about."""
    place = known.place(treatment)
    return {"case": place.case, "treatment": place.ref, "treatment_id": place.id}


def is_ours(record: PlainRecord) -> bool:
    """Whether a record came back with a key that was ours."""
    return folded(record.external_system) == OUR_NAME


def _number(record: PlainRecord, body: Body) -> Number:
    return body.id, record.number_type, record.number_seq, record.number_year


def _only(meetings: Sequence[BodyMeeting]) -> BodyMeeting | None:
    return meetings[0] if len(meetings) == 1 else None


def _bodies(session: Session) -> Mapping[str, list[Body]]:
    found: dict[str, list[Body]] = {}
    for body in all_of(session, Body, Body.ref):
        for name in {folded(each) for each in (body.ref, body.name_nb, body.name_nn)}:
            found.setdefault(name, []).append(body)
    return found


def _groups(session: Session) -> Mapping[uuid.UUID, dict[str, int]]:
    found: dict[uuid.UUID, dict[str, int]] = {}
    for group in all_of(session, BodyGroup, BodyGroup.seats.desc(), BodyGroup.name):
        found.setdefault(group.body_id, {})[group.name] = group.seats
    return found


def _meetings(
    session: Session, records: Sequence[PlainRecord]
) -> Mapping[tuple[uuid.UUID, Any], list[BodyMeeting]]:
    """Return the meetings of each body by number, by reference and by day."""
    days = [record.treated_on for record in records if record.treated_on]
    named = {record.meeting_id for record in records if record.meeting_id}
    wanted = [among(BodyMeeting.number, named), among(BodyMeeting.ref, named)]
    if days:
        first = datetime.combine(min(days), time(), UTC) - _A_DAY
        last = datetime.combine(max(days), time(), UTC) + 2 * _A_DAY
        wanted.append(BodyMeeting.starts_at.between(first, last))
    found: defaultdict[tuple[uuid.UUID, Any], list[BodyMeeting]] = defaultdict(list)
    for meeting in session.scalars(owned(session, BodyMeeting).where(or_(*wanted))):
        keys = {meeting.number, meeting.ref, norwegian_date(meeting.starts_at)}
        for key in keys - {None}:
            found[meeting.body_id, key].append(meeting)
    return found


def _records(
    session: Session, records: Sequence[PlainRecord]
) -> dict[Source, ImportedRecord]:
    found = {}
    for system, keys in _sources(records).items():
        query = owned(session, ImportedRecord).where(
            ImportedRecord.system == system, among(ImportedRecord.source_id, keys)
        )
        for one in session.scalars(query):
            found[system, one.source_id] = one
    return found


def _sources(records: Iterable[PlainRecord]) -> Mapping[str, set[str]]:
    keys: defaultdict[str, set[str]] = defaultdict(set)
    for record in records:
        keys[record.system].add(record.source_id)
    return keys


def _cases(session: Session, records: Sequence[PlainRecord]) -> Iterable[Case]:
    refs = {r.external_key for r in records if is_ours(r) and r.external_key}
    numbers = {number for record in records if (number := _archive_number(record))}
    wanted = or_(among(Case.archive_number, numbers), among(Case.ref, refs))
    return session.scalars(owned(session, Case).where(wanted).order_by(Case.ref))


def _archive_number(record: PlainRecord) -> str | None:
    try:
        return archive_number_of(record)
    except RecordRefusedError:
        return None


def _fill_pasts(
    session: Session, cases: Iterable[Case], pasts: Mapping[uuid.UUID, Past]
) -> None:
    ids = {case.ref: case.id for case in cases}
    if not ids:
        return
    for row in treatments_of(session, cases=list(ids)):
        past = pasts[ids[row.case]]
        past.earlier, past.latest = past.earlier + 1, row.treated_on
        if row.result is Result.SENT_BACK:
            past.sent_back.append(row.registered_at)
    checks = owned(session, PreparationCheck).where(_of(PreparationCheck, ids))
    for check in session.scalars(checks.order_by(PreparationCheck.confirmed_at)):
        pasts[check.case_id].check = check
    for item in session.scalars(owned(session, AgendaItem).where(_of(AgendaItem, ids))):
        pasts[item.case_id].agendas.add(item.meeting_id)


def _of(kind: Any, cases: Mapping[str, uuid.UUID]) -> Any:
    return kind.case_id.in_(list(cases.values()))


def _treatments(
    session: Session, known: Registered, records: Sequence[PlainRecord]
) -> Iterable[Any]:
    """Yield the treatments by source, by number, and those of records known before."""
    about = [one.treatment_id for one in known.records.values()]
    wanted: list[Any] = [Treatment.id.in_(about)]
    for system, keys in _sources(records).items():
        of_source = Treatment.source_system == system
        wanted.append(of_source & among(Treatment.source_id, keys))
    wanted.extend(_numbered(known, records))
    for each in wanted:
        mine = Treatment.municipality_id == tenant(session)
        yield from session.execute(_PLACES.where(mine, each))


def _numbered(known: Registered, records: Iterable[PlainRecord]) -> Iterable[Any]:
    """Yield a condition for each series of numbers that the records are in."""
    series: defaultdict[tuple[Any, str, int], set[int]] = defaultdict(set)
    for record in records:
        try:
            body = known.body_of(record)
        except RecordRefusedError:
            continue
        key = (body.id, record.number_type, record.number_year)
        series[key].add(record.number_seq)
    for (body_id, kind, year), numbers in series.items():
        if kind in _NUMBER_TYPES:
            yield (
                (Treatment.body_id == body_id)
                & (Treatment.number_type == kind)
                & (Treatment.number_year == year)
                & Treatment.number_seq.in_(numbers)
            )


def _highest_case(session: Session) -> int:
    digits = func.substr(Case.ref, 2)
    query = select(func.max(cast(digits, Integer))).where(
        Case.municipality_id == tenant(session),
        func.substr(Case.ref, 1, 1) == "C",
        func.length(Case.ref).between(2, 7),
        func.ltrim(digits, "0123456789") == "",
    )
    return session.scalar(query) or 0
