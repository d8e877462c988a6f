"""What stands around the projects and cases of a made-up municipality.

People with mandates, a council, mandates and status reports of projects, positions and
dissents, hearings with their answers, review dates, justified absences, and the log of
requests for access. As many for each project, output and case whatever the size.
"""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from connector.bench.bulk import DAY, FIRST, LAST, Bulk
from workflows.decision.bodies import Body, BodyMember
from workflows.decision.reviews import ReviewDate
from workflows.development.assessments import (
    AssessmentAnswer,
    SelfAssessment,
    statements,
)
from workflows.development.documents import Content, Document, Version
from workflows.development.hearing_answers import AddresseeAnswer, HearingAnswer
from workflows.development.hearings import Addressee, Hearing
from workflows.development.positions import PartyPosition
from workflows.development.projects import ProjectMember
from workflows.development.reports import StatusReport
from workflows.people.kinds import PARTIES
from workflows.people.mandates import Mandate
from workflows.people.municipalities import ReportingDay
from workflows.people.persons import Person
from workflows.trace.access_requests import AccessAnswer, AccessRequest
from workflows.trace.federation import ForeignOutput
from workflows.trace.justifications import JustifiedAbsence

PEOPLE, SEATS, IN_PROJECT = 200, 35, 4
REPORTING = (date(2024, 12, 17), date(2025, 6, 17))
ASKED, ANSWERED = 5, 4
DISSENT, HEARD, REVIEWED, ABSENT = 20, 25, 20, 2
"""One of so many outputs, items, and cases without any output."""


class Surroundings:
    """Writes what is around through `bulk`; the people and the council at once."""

    def __init__(self, bulk: Bulk) -> None:
        self.bulk, self.row, self.told = bulk, bulk.row, bulk.told
        self.items = 0
        self.people = [self._person(number) for number in range(PEOPLE)]
        self.secretary = self._mandate(0, "committee_secretary", None)
        self.members = [
            self._mandate(number, "party_member", party)
            for party in PARTIES
            for number in range(3)
        ]
        self.body = self._council()
        for due_on in REPORTING:
            period = {"period_from": DAY, "period_to": due_on}
            self.row(ReportingDay, due_on=due_on, **period)

    def write_project(self, number: int, ref: str, project: uuid.UUID) -> None:
        """Write its mandate, its group, its first report and a self-assessment."""
        self._plan(number, ref)
        for turn in range(IN_PROJECT):
            self.row(
                ProjectMember,
                project_id=project,
                person_id=self.people[(number + turn * 7) % PEOPLE],
                project_group="project",
                party="T" if turn % 2 else "A",
                is_substitute=False,
                valid_from=DAY,
            )
        self.row(
            StatusReport,
            ref=f"{ref}-S1",
            project_id=project,
            number=1,
            due_on=REPORTING[0],
            begun_at=FIRST,
            submitted_at=FIRST + timedelta(days=340),
        )
        self._write_text(f"{ref}-S1", "status-report", "submitted", {}, project=ref)
        self._write_assessment(f"{ref}-E", project)

    def write_positions(self, number: int, version: uuid.UUID) -> None:
        """Write what each party says of an output; of some, a dissent."""
        for place, party in enumerate(PARTIES):
            is_apart = place == 2 and not number % DISSENT
            self.row(
                PartyPosition,
                version_id=version,
                mandate_id=self.members[3 * place],
                party=party,
                position="disagree" if is_apart else "agree",
                dissent=self.bulk.title() if is_apart else None,
                said_in=f"R-{number}",
                at=FIRST + timedelta(days=14),
            )

    def write_hearing(self, number: int, version: uuid.UUID) -> None:
        """Write a hearing of some outputs, with those asked and their answers."""
        if number % HEARD:
            return
        ref, at = f"H-{number}", FIRST + timedelta(days=15)
        hearing = self.row(
            Hearing,
            ref=ref,
            version_id=version,
            is_public=False,
            background="",
            questions=["Er dere enige?"],
            deadline_at=at + timedelta(days=14),
            state="closed",
            opened_at=at,
            closed_at=at + timedelta(days=14),
            row_version=1,
        )
        self.told("hearing.planned", ref, "planned")
        self.told("hearing.opened", ref, "open", at=at)
        self.told("hearing.closed", ref, "closed", at=at + timedelta(days=14))
        for place in range(ASKED):
            self._ask(hearing, ref, place)

    def write_review(self, item_ref: str, item: uuid.UUID) -> None:
        """Write the review date of some items."""
        self.items += 1
        if self.items % REVIEWED == 0:
            self.row(
                ReviewDate,
                ref=f"NV-{item_ref}",
                item_id=item,
                person_id=self.people[0],
                review_on=DAY + timedelta(days=500),
                reason="",
                set_at=FIRST + timedelta(days=80),
            )

    def write_absence(self, number: int, treatment: uuid.UUID) -> None:
        """Write why a decision rests on nothing, of some of those that do not."""
        if number % (10 * ABSENT) == 9:
            self.row(
                JustifiedAbsence,
                treatment_id=treatment,
                reason="statutory",
                note="",
                mandate_id=self.secretary,
                entry=self.bulk.seq,
                at=FIRST + timedelta(days=90),
            )

    def write_library(self, count: int) -> None:
        """Write as many requests for access, and outputs of other municipalities."""
        for number in range(count):
            request = self.row(
                AccessRequest,
                ref=f"INN-{number}",
                asked_for=self.bulk.title(),
                received_on=DAY,
                at=FIRST + timedelta(days=155),
            )
            self.row(
                AccessAnswer,
                request_id=request,
                result="granted",
                appeal_told=False,
                answered_on=DAY + timedelta(days=number % 10),
                mandate_id=self.secretary,
                at=LAST,
            )
            told = {"kind": "proposal", "state": "handed_over", "version": "1.0"}
            self.row(
                ForeignOutput,
                municipality_number=f"{9000 + number % 30}",
                municipality_name=f"Nabo {number % 30}",
                foreign_ref=f"O-{number}",
                told=told,
                seq=number,
                at=FIRST,
            )

    def _person(self, number: int) -> uuid.UUID:
        name = f"Person {number:03}"
        return self.row(Person, ref=f"P-{number}", name=name, title="")

    def _mandate(self, number: int, role: str, party: str | None) -> uuid.UUID:
        return self.row(
            Mandate,
            ref=f"M-{role}-{party}-{number}",
            person_id=self.people[number],
            role=role,
            party=party,
            basis="",
            signs=False,
            valid_from=DAY,
            given_at=FIRST,
        )

    def _council(self) -> uuid.UUID:
        named = {"name_nb": "Kommunestyret", "name_nn": "Kommunestyret"}
        body = self.row(Body, ref="KST", **named, kind="council", seats=SEATS)
        for number in range(SEATS):
            self.row(
                BodyMember,
                body_id=body,
                person_id=self.people[number],
                side="municipality",
                body_function="member",
                valid_from=DAY,
            )
        return body

    def _plan(self, number: int, ref: str) -> None:
        """A mandate that was agreed on; every tenth plans a case by its reference."""
        plan = f"C{number}" if number % 10 == 0 else self.bulk.title()
        values: dict[str, Any] = {"m_outputs": [{"sak": plan}], "m_case": "2024/1"}
        self._write_text(f"{ref}-M", "mandate", "agreed", values, project=ref)
        self.told("round.summarised", f"{ref}-M@1.0", "agreed")

    def _write_text(
        self, ref: str, kind: str, state: str, values: dict[str, Any], *, project: str
    ) -> None:
        paper = self.row(
            Document,
            ref=ref,
            kind=kind,
            title=self.bulk.title(),
            language="nb",
            project=project,
        )
        version = self.row(
            Version,
            ref=f"{ref}@1.0",
            document_id=paper,
            number="1.0",
            state=state,
            values=values,
            authors={},
            created_at=FIRST,
            row_version=1,
        )
        frozen = {"fingerprints": {}, "sha256": "", "frozen_at": FIRST}
        self.row(Content, version_id=version, values=values, **frozen)

    def _write_assessment(self, ref: str, project: uuid.UUID) -> None:
        assessment = self.row(
            SelfAssessment,
            ref=ref,
            project_id=project,
            occasion="start",
            deadline_at=FIRST + timedelta(days=30),
            state="closed",
            opened_at=FIRST,
            row_version=1,
        )
        for place, mandate in enumerate(self.members):
            self.row(
                AssessmentAnswer,
                assessment_id=assessment,
                mandate_id=mandate,
                party=PARTIES[place // 3],
                scores={"project": dict.fromkeys(statements(), 4)},
                comments={},
                keeps_comments_back=False,
                entry=self.bulk.seq,
                at=FIRST + timedelta(days=5),
            )

    def _ask(self, hearing: uuid.UUID, ref: str, place: int) -> None:
        at, name = FIRST + timedelta(days=20), f"Rådet {place}"
        asked = self.row(Addressee, hearing_id=hearing, number=place + 1, name=name)
        if place >= ANSWERED:
            return
        answer = self.row(
            HearingAnswer,
            ref=f"{ref}/S{place + 1}",
            hearing_id=hearing,
            respondent=name,
            channel="letter",
            positions={"1": "agree"},
            is_late=False,
            received_at=at,
            entry=self.told("hearing.answered", ref, at=at),
            at=at,
        )
        self.row(AddresseeAnswer, addressee_id=asked, answer_id=answer, at=at)
