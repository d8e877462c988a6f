"""The secretariat of a town that imports decisions, and records for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflows.base import Base, by_ref
from workflows.decision.bodies import Body, BodyKind, GroupSeats, register_body
from workflows.decision.cases import Case, register_case
from workflows.decision.decisions import (
    DecisionText,
)
from workflows.decision.import_log import (
    ImportRow,
)
from workflows.decision.import_rules import (
    PlainRecord,
)
from workflows.decision.imports import import_treatments
from workflows.decision.meetings import (
    CaseNumber,
    NumberType,
    Result,
    Treatment,
)
from workflows.decision.treatments import register_treatment
from workflows.people.hats import SYSTEM, Hat
from workflows.people.kinds import Role
from workflows.people.mandates import give_mandate, wear
from workflows.people.persons import register_person
from workflows.record.entries import Entry

MONDAY = datetime(2026, 6, 1, 9, tzinfo=UTC)
TREATED_ON = date(2026, 3, 12)
TWO_POINTS = "Kommunestyret vedtar:\n1. Prøven går ut 2026.\n2. Den evalueres."

RECORD = PlainRecord(
    system="table",
    source_id="kommunestyret|2026-03-12|PS 15/2026",
    payload_sha256="a" * 64,
    body_name="Kommunestyret",
    meeting_day=TREATED_ON,
    number_type="PS",
    number_seq=15,
    number_year=2026,
    title="Fagbrev på jobb",
    archive_number="2025/1190",
    decision_text=TWO_POINTS,
    outcome="vedtatt",
    outcome_raw="enstemmig vedtatt",
    is_final=True,
    decided_on=TREATED_ON,
)


class Office:
    """The committee secretariat of a town with a council, a board and two councils."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.at = MONDAY
        for ref, role in (("US", Role.COMMITTEE_SECRETARY), ("SB", Role.CASE_OFFICER)):
            register_person(session, ref=ref, name=f"Prøve {ref}", by=SYSTEM, at=MONDAY)
            give_mandate(
                session,
                ref=f"M-{ref}",
                person=ref,
                role=role,
                valid_from=date(2024, 1, 1),
                by=SYSTEM,
                at=MONDAY,
            )
        self.body("KST", "Kommunestyret", BodyKind.COUNCIL)
        self.body("FSK", "Formannskapet", BodyKind.EXECUTIVE_BOARD)
        self.body("ADM", "Administrasjonsutvalet", BodyKind.JOINT_COMMITTEE_511)
        self.body("KD", "Kommunedirektøren", BodyKind.DELEGATED)

    def body(self, ref: str, name: str, kind: BodyKind) -> Body:
        groups = [
            GroupSeats(name="Bygdelista", seats=4),
            GroupSeats(name="Fellesliste", seats=3),
        ]
        return register_body(
            self.session,
            ref=ref,
            name_nb=name,
            name_nn=f"{name} (nn)",
            kind=kind,
            seats=7,
            groups=groups,
            by=SYSTEM,
            at=self.at,
        )

    def hat(self, person: str = "US", role: Role = Role.COMMITTEE_SECRETARY) -> Hat:
        return wear(self.session, person=person, role=role, at=self.at)

    def reads(self, *records: PlainRecord, **more: Any) -> list[ImportRow]:
        """Import records; each import is a minute after the last."""
        self.at += timedelta(minutes=1)
        return import_treatments(
            self.session,
            records=records,
            source="vedtak.csv",
            by=self.hat(),
            at=self.at,
            **more,
        )

    def case(self, ref: str = "C04", **more: Any) -> Case:
        officer = self.hat("SB", Role.CASE_OFFICER)
        return register_case(
            self.session, ref=ref, title="Fagbrev", **more, by=officer, at=self.at
        )

    def treatment(self, **more: Any) -> Treatment:
        """A treatment that the secretary has registered by hand."""
        values: dict[str, Any] = {
            "case": "C04",
            "body": "KST",
            "treated_on": TREATED_ON,
            "result": Result.FINAL,
            "minutes": "Møtebok",
            "number": CaseNumber(type=NumberType.PS, seq=15, year=2026),
            "decision": DecisionText(text="Slik vi skrev det."),
        } | more
        return register_treatment(self.session, **values, by=self.hat(), at=self.at)

    def stored(self) -> dict[str, int]:
        """How many rows each table has."""
        tables = Base.metadata.sorted_tables
        count = select(func.count())
        return {
            table.name: self.session.scalars(count.select_from(table)).one()
            for table in tables
        }

    def entries(self) -> Sequence[Entry]:
        return self.session.scalars(select(Entry).order_by(Entry.seq)).all()


def version(record: PlainRecord = RECORD, **changed: Any) -> PlainRecord:
    """The same record with other values, and so with another hash."""
    other = replace(record, **changed)
    digest = sha256(repr(replace(other, payload_sha256="")).encode()).hexdigest()
    return replace(other, payload_sha256=digest)


def another(seq: int, **changed: Any) -> PlainRecord:
    """A record of another treatment."""
    return version(number_seq=seq, source_id=f"kst|{seq}", **changed)


def imported(office: Office, row: ImportRow) -> Treatment:
    return by_ref(office.session, Treatment, str(row.treatment))
