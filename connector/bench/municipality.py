"""A made-up municipality of any size, written in bulk: for benchmarks, and for tests.

Rows go straight into the tables with Core's executemany, for a country takes hours
through the acts: no rule is asked, and of the record only the entries are written, not
the tree above them. What is written hangs together as acts would have left it: projects
with outputs that were answered in rounds and handed over, cases that use them, a
treatment with decision items, outcomes and follow-ups. The same seed gives the same
municipality, whatever its size the same number of links around each thing.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from workflows.base import TENANT, tenant
from workflows.decision.bodies import Body
from workflows.decision.cases import Case
from workflows.decision.decisions import Decision, DecisionItem
from workflows.decision.followups import FollowUp, FollowUpReport
from workflows.decision.meetings import Treatment
from workflows.development.documents import Document, Version
from workflows.development.outputs import Handover, Output
from workflows.development.projects import Project
from workflows.development.remarks import Remark, RemarkAssessment
from workflows.development.rounds import Round
from workflows.record.entries import Entry, RecordHead, locked_head
from workflows.record.touches import EntryRef
from workflows.trace.outcomes import Outcome
from workflows.trace.uses import OutputUse

FIRST = datetime(2024, 1, 2, 8, tzinfo=UTC)
LAST = FIRST + timedelta(days=700)
DAY = date(2024, 6, 3)
# In the order in which rows may refer to each other.
TABLES: tuple[Any, ...] = (
    *(Body, Project, Output, Document, Version, Round, Remark, RemarkAssessment),
    *(Handover, Case, Treatment, Decision, DecisionItem, OutputUse, Outcome),
    *(FollowUp, FollowUpReport, Entry, EntryRef),
)
AT_A_TIME = 20_000
_LISTS = ("questions", "short_consents", "extended_by", "close_asked_by")
_UNASKED: dict[str, Any] = {name: [] for name in _LISTS}
_UNSAID = dict.fromkeys(("recommendation_from", "recommendation", "asked"), "")
# An output's reference, its row and the version that was handed over.
_Given = tuple[str, uuid.UUID, uuid.UUID]
WORDS = (
    "sykefravær nærvær turnus heltid barnehage skole hjemmetjeneste bemanning vikar "
    "kompetanse arbeidsmiljø budsjett vaktplan opplæring medvirkning omstilling "
    "sykehjem renhold brannvern"
)


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much there is: nine of ten cases use outputs, most items are followed up.

    With outputs each item has two outcomes; one output of ten supersedes another.
    """

    projects: int
    outputs: int
    cases: int
    items: int = 5
    used: int = 3

    @classmethod
    def large(cls, part: float = 1.0) -> Size:
        """Return a part of a large municipality: 200,000 items, a million links."""
        return cls(
            projects=max(int(2_000 * part), 4),
            outputs=max(int(50_000 * part), 12),
            cases=max(int(40_000 * part), 4),
        )

    @property
    def links(self) -> int:
        """How many relations the trace can show; see `workflows.trace.links`."""
        resting = self.cases - self.cases // 10
        of_case = 1 + self.items + _followed(self.items)
        of_use = self.used + 2 * self.items
        return 4 * self.outputs + self.cases * of_case + resting * of_use


class Municipality:
    """What is written into the municipality of `session`: rows wait here in bulk."""

    def __init__(self, session: Session, size: Size, *, seed: int = 1) -> None:
        self.session = session
        self.size = size
        self.chance = Random(seed)  # noqa: S311 - replayed
        self.waiting: dict[Any, list[dict[str, Any]]] = {table: [] for table in TABLES}
        self.head = locked_head(session)
        self.seq, self.words = self.head.size, WORDS.split()
        self.outputs: list[_Given] = []

    def write(self) -> None:
        """Write it all, and set the head of the record behind it."""
        body = self._row(
            Body,
            ref="KST",
            name_nb="Kommunestyret",
            name_nn="Kommunestyret",
            kind="council",
            seats=0,
        )
        self._write_projects()
        for number in range(self.size.cases):
            self._write_case(number, body)
        self._flush()
        self.session.execute(
            update(RecordHead)
            .where(RecordHead.municipality_id == tenant(self.session))
            .values(size=self.seq, grown=self.seq, last_at=LAST)
        )
        self.session.expire_all()

    def _write_projects(self) -> None:
        projects = [self._project(n) for n in range(self.size.projects)]
        for number in range(self.size.outputs):
            self._write_output(number, projects[number % len(projects)])

    def _project(self, number: int) -> tuple[str, uuid.UUID]:
        ref = f"PR{number}"
        key = self._row(
            Project,
            ref=ref,
            number=str(number),
            name=self._title(),
            focus="full_time",
            language="nb",
            initiator="A",
            proposed_as="party_contact",
            state="running",
            proposed_at=FIRST,
            row_version=1,
        )
        self._told("project.proposed", ref, "running")
        return ref, key

    def _write_output(self, number: int, project: tuple[str, uuid.UUID]) -> None:
        ref, title = f"O-{number}", self._title()
        former = f"O-{number - 1}" if number and self.chance.random() < 0.1 else None
        key = self._row(
            Output,
            ref=ref,
            project_id=project[1],
            title=title,
            kind="proposal",
            language="nb",
            supersedes=former,
            partly_exempt=False,
            state="handed_over",
            standing="joint",
            delivered_on=DAY,
            planned_at=FIRST,
            row_version=1,
        )
        paper = self._row(
            Document,
            ref=ref,
            kind="output",
            title=title,
            language="nb",
            project=project[0],
        )
        version = self._row(
            Version,
            ref=f"{ref}@1.0",
            document_id=paper,
            number="1.0",
            state="agreed",
            values={"o_title": title},
            authors={},
            created_at=FIRST,
            row_version=1,
        )
        self._write_round(number, version)
        self._row(
            Handover,
            output_id=key,
            version_id=version,
            handed_over_on=DAY,
            package={"version": "1.0"},
            sha256="",
            at=FIRST + timedelta(days=30),
        )
        self._told("output.planned", ref, "planned")
        self._told("output.handed_over", ref, "handed_over")
        self.outputs.append((ref, key, version))

    def _write_round(self, number: int, version: uuid.UUID) -> None:
        ref = f"R-{number}"
        review = self._row(
            Round,
            ref=ref,
            version_id=version,
            visibility="open_answers",
            deadline_at=FIRST + timedelta(days=14),
            state="summarised",
            made_available_at=FIRST,
            closed_at=FIRST + timedelta(days=14),
            **_UNASKED,
            row_version=1,
        )
        remark = self._row(
            Remark,
            ref=f"{ref}/T1",
            round_id=review,
            mandate_id=None,
            party="T",
            text=self._title(),
            is_late=False,
            at=FIRST + timedelta(days=3),
        )
        self._row(
            RemarkAssessment,
            remark_id=remark,
            verdict="taken_in",
            reason="Godt innspill.",
            at=FIRST + timedelta(days=20),
        )
        self._told("round.summarised", ref, "summarised")

    def _write_case(self, number: int, body: uuid.UUID) -> None:
        ref = f"C{number}"
        key = self._row(
            Case,
            ref=ref,
            title=self._title(),
            language="nb",
            plan=["KST"],
            asks_basis=False,
            is_budget=False,
            state="implementation",
            registered_at=FIRST + timedelta(days=40),
            row_version=1,
        )
        self._told("case.registered", ref, "registered")
        self._told("treatment.registered", ref, "implementation")
        treatment = self._treatment(number, key, body)
        items = self._items(ref, treatment)
        used = [] if number % 10 == 9 else self._use(number, key)
        for place, (item_ref, item) in enumerate(items):
            for turn in range(2 if used else 0):
                output = used[(place + turn) % len(used)]
                self._write_outcome(output, treatment, item, point=place + 1)
            if place < _followed(len(items)):
                self._write_follow_up(f"F-{item_ref}", item)

    def _treatment(self, number: int, case: uuid.UUID, body: uuid.UUID) -> uuid.UUID:
        return self._row(
            Treatment,
            ref=f"C{number}-T1",
            case_id=case,
            body_id=body,
            number_type="PS",
            number_seq=number % 1000 + 1,
            number_year=2000 + number // 1000,
            result="final",
            is_final=True,
            is_unanimous=True,
            **_UNSAID,
            treated_on=DAY + timedelta(days=number % 300),
            minutes="Møteprotokoll",
            findings=[],
            registered_at=FIRST + timedelta(days=60),
        )

    def _items(self, ref: str, treatment: uuid.UUID) -> list[tuple[str, uuid.UUID]]:
        decision = self._row(
            Decision,
            ref=f"{ref}-T1/V",
            treatment_id=treatment,
            decided_on=DAY,
            text=self._title(),
            checksum="",
            minutes="Møteprotokoll",
            registered_at=FIRST + timedelta(days=60),
        )
        return [
            (
                f"{ref}-T1/{number}",
                self._row(
                    DecisionItem,
                    ref=f"{ref}-T1/{number}",
                    decision_id=decision,
                    number=number,
                    text=self._title(),
                    needs_follow_up=True,
                ),
            )
            for number in range(1, self.size.items + 1)
        ]

    def _use(self, number: int, case: uuid.UUID) -> list[_Given]:
        step = max(len(self.outputs) // self.size.used, 1)
        places = (
            (number + turn * step) % len(self.outputs) for turn in range(self.size.used)
        )
        used = [self.outputs[place] for place in dict.fromkeys(places)]
        for _, output, version in used:
            self._row(
                OutputUse,
                case_id=case,
                output_id=output,
                version_id=version,
                where_used="assessment",
                used="used",
                reason="",
                at=FIRST + timedelta(days=45),
            )
        return used

    def _write_outcome(
        self,
        output: _Given,
        treatment: uuid.UUID,
        item: uuid.UUID,
        *,
        point: int,
    ) -> None:
        self._row(
            Outcome,
            output_id=output[1],
            version_id=output[2],
            treatment_id=treatment,
            item_id=item,
            point=point,
            code="ADOPTED",
            reason="",
            minutes="",
            at=FIRST + timedelta(days=61),
        )

    def _write_follow_up(self, ref: str, item: uuid.UUID) -> None:
        told_at = FIRST + timedelta(days=70)
        common = {"deadline": DAY + timedelta(days=400), "next_report": None}
        key = self._row(
            FollowUp,
            ref=ref,
            item_id=item,
            person_id=None,
            unit="Helse",
            deadline_set_at=told_at,
            state="in_progress",
            assigned_at=told_at,
            row_version=1,
            **common,
        )
        self._row(
            FollowUpReport,
            follow_up_id=key,
            number=1,
            state="in_progress",
            text=self._title(),
            evidence="",
            notice="",
            treatment_id=None,
            person_id=None,
            reported_at=told_at,
            **common,
        )
        self._told("followup.assigned", ref, "in_progress")

    def _told(self, act: str, ref: str, state: str) -> None:
        key = {TENANT: tenant(self.session), "seq": self.seq, "at": FIRST}
        told = {"refs": [ref], "states": {ref: state}, "by": {}, "payload": {}}
        self.waiting[Entry].append({**key, "type": act, "subject": ref, **told})
        self.waiting[EntryRef].append({**key, "ref": ref, "led_to": state})
        self.seq += 1

    def _row(self, table: Any, **values: Any) -> uuid.UUID:
        key = uuid.UUID(int=self.chance.getrandbits(128), version=4)
        rows = self.waiting[table]
        rows.append({TENANT: tenant(self.session), "id": key, **values})
        if len(rows) >= AT_A_TIME:
            self._flush()
        return key

    def _title(self) -> str:
        return " ".join(self.chance.choices(self.words, k=4))

    def _flush(self) -> None:
        connection = self.session.connection()
        for table, rows in self.waiting.items():
            if rows:
                connection.execute(insert(table.__table__), rows)
                rows.clear()


def _followed(items: int) -> int:
    return items * 4 // 5
