"""A made-up municipality of any size, written in bulk: for benchmarks, and for tests.

Rows go straight into the tables, for a country takes hours through the acts: no rule is
asked. What is written hangs together as acts would have left it: projects with outputs
that were answered in rounds and handed over, cases that use them, a treatment with
decision items, outcomes and follow-ups, and around them what `surroundings.py` has. The
same seed gives the same municipality, whatever its size the same number of links around
each thing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from connector.bench.bulk import DAY, FIRST, LAST, Bulk, Write, inserted
from connector.bench.surroundings import Surroundings
from workflows.decision.cases import Case
from workflows.decision.decisions import Decision, DecisionItem
from workflows.decision.followups import FollowUp, FollowUpReport
from workflows.decision.meetings import Treatment
from workflows.development.documents import Content, Document, Version
from workflows.development.outputs import Handover, Output
from workflows.development.projects import Project
from workflows.development.remarks import Remark, RemarkAssessment
from workflows.development.rounds import Round
from workflows.forms.fingerprints import text_fingerprint
from workflows.people.kinds import FocusArea
from workflows.record.judgements import Judgement
from workflows.trace.judging import LinkType, link_name
from workflows.trace.outcomes import Outcome
from workflows.trace.uses import OutputUse

_LISTS = ("questions", "short_consents", "extended_by", "close_asked_by")
_UNASKED: dict[str, Any] = {name: [] for name in _LISTS}
_UNSAID = dict.fromkeys(("recommendation_from", "recommendation", "asked"), "")
_AREAS = (*FocusArea, None)
# One output of so many has a newer version than the one that was used.
_NEWER = 50
_REPORTED = 0.05


@dataclass(frozen=True)
class _Given:
    """An output that was handed over: its row, the version, and what that says."""

    ref: str
    output: uuid.UUID
    version: uuid.UUID
    mark: str


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
    """What is written into the municipality of `session`."""

    def __init__(
        self, session: Session, size: Size, *, seed: int = 1, write: Write = inserted
    ) -> None:
        self.size = size
        self.bulk = Bulk(session, seed=seed, write=write)
        self.row, self.told = self.bulk.row, self.bulk.told
        self.title = self.bulk.title
        self.around = Surroundings(self.bulk)
        self.outputs: list[_Given] = []

    def write(self) -> None:
        """Write it all."""
        projects = [self._project(n) for n in range(self.size.projects)]
        for number in range(self.size.outputs):
            self._write_output(number, projects[number % len(projects)])
        for number in range(self.size.cases):
            self._write_case(number)
        self.around.write_library(self.size.projects)
        self.bulk.end()

    def _project(self, number: int) -> tuple[str, uuid.UUID]:
        ref = f"PR{number}"
        key = self.row(
            Project,
            ref=ref,
            number=str(number),
            name=self.title(),
            focus=FocusArea.FULL_TIME,
            language="nb",
            initiator="A",
            proposed_as="party_contact",
            state="running",
            proposed_at=FIRST,
            running_from=DAY,
            row_version=1,
        )
        self.told("project.proposed", ref, "running")
        self.around.write_project(number, ref, key)
        return ref, key

    def _write_output(self, number: int, project: tuple[str, uuid.UUID]) -> None:
        ref, title = f"O-{number}", self.title()
        is_later = number and self.bulk.chance.random() < 0.1
        key = self.row(
            Output,
            ref=ref,
            project_id=project[1],
            title=title,
            kind="proposal",
            language="nb",
            supersedes=f"O-{number - 1}" if is_later else None,
            partly_exempt=False,
            state="handed_over",
            standing="joint",
            delivered_on=DAY,
            planned_at=FIRST,
            row_version=1,
        )
        given = self._text(ref, key, title, project=project[0])
        self._write_round(number, given.version)
        self._hand_over(given)
        self.around.write_positions(number, given.version)
        self.around.write_hearing(number, given.version)
        self.outputs.append(given)

    def _text(self, ref: str, output: uuid.UUID, title: str, *, project: str) -> _Given:
        """The document of an output, with a newer version where it has one."""
        paper = self.row(
            Document,
            ref=ref,
            kind="output",
            title=title,
            language="nb",
            project=project,
        )
        version, mark = self._version(paper, ref, title, major=1)
        if not len(self.outputs) % _NEWER:
            self._version(paper, ref, f"{title} nå", major=2)
        return _Given(ref, output, version, mark)

    def _version(
        self, paper: uuid.UUID, ref: str, title: str, *, major: int
    ) -> tuple[uuid.UUID, str]:
        at, values = FIRST + timedelta(days=250 * (major - 1)), {"o_title": title}
        name, mark = f"{ref}@{major}.0", text_fingerprint(title)
        version = self.row(
            Version,
            ref=name,
            document_id=paper,
            number=f"{major}.0",
            state="agreed",
            values=values,
            authors={},
            created_at=at,
            row_version=1,
        )
        marks = {"document": mark}
        frozen = {"fingerprints": marks, "sha256": "", "frozen_at": at}
        self.row(Content, version_id=version, values=values, **frozen)
        self.told("round.summarised", name, "agreed")
        return version, mark

    def _hand_over(self, given: _Given) -> None:
        self.row(
            Handover,
            output_id=given.output,
            version_id=given.version,
            handed_over_on=DAY,
            package={"version": "1.0"},
            sha256="",
            at=FIRST + timedelta(days=30),
        )
        self.told("output.planned", given.ref, "planned")
        self.told("output.handed_over", given.ref, "handed_over")

    def _write_round(self, number: int, version: uuid.UUID) -> None:
        ref = f"R-{number}"
        review = self.row(
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
        remark = self.row(
            Remark,
            ref=f"{ref}/T1",
            round_id=review,
            mandate_id=None,
            party="T",
            text=self.title(),
            is_late=False,
            at=FIRST + timedelta(days=3),
        )
        self.row(
            RemarkAssessment,
            remark_id=remark,
            verdict="taken_in",
            reason="Godt innspill.",
            at=FIRST + timedelta(days=20),
        )
        self.told("round.opened", ref, "open")
        self.told("round.read", ref, by={"party": "T"})
        self.told("round.summarised", ref, "summarised")

    def _write_case(self, number: int) -> None:
        ref, title = f"C{number}", self.title()
        key = self.row(
            Case,
            ref=ref,
            title=title,
            language="nb",
            focus=_AREAS[number % len(_AREAS)],
            plan=["KST"],
            asks_basis=False,
            is_budget=False,
            state="implementation",
            registered_at=FIRST + timedelta(days=40),
            row_version=1,
        )
        self.told("case.registered", ref, "registered")
        self.told("case.treated", ref, "implementation")
        treatment = self._treatment(number, key)
        used = [] if number % 10 == 9 else self._use(number, ref, key, title)
        self._decide(ref, treatment, used)
        if not used:
            self.around.write_absence(number, treatment)

    def _treatment(self, number: int, case: uuid.UUID) -> uuid.UUID:
        return self.row(
            Treatment,
            ref=f"C{number}-T1",
            case_id=case,
            body_id=self.around.body,
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

    def _decide(self, case: str, treatment: uuid.UUID, used: list[_Given]) -> None:
        said = self.title()
        decision = self.row(
            Decision,
            ref=f"{case}-T1/V",
            treatment_id=treatment,
            decided_on=DAY,
            text=said,
            checksum="",
            minutes="Møteprotokoll",
            registered_at=FIRST + timedelta(days=60),
        )
        for number in range(1, self.size.items + 1):
            ref, text = f"{case}-T1/{number}", self.title()
            item = self.row(
                DecisionItem,
                ref=ref,
                decision_id=decision,
                number=number,
                text=text,
                needs_follow_up=True,
            )
            for turn in range(2 if used else 0):
                given = used[(number - 1 + turn) % len(used)]
                self._write_outcome(given, treatment, item, point=number)
                self._judge(LinkType.OUTCOME, given, ref, text_fingerprint(text, said))
            if number <= _followed(self.size.items):
                self._write_follow_up(f"F-{ref}", item)
            self.around.write_review(ref, item)

    def _use(self, number: int, ref: str, case: uuid.UUID, title: str) -> list[_Given]:
        step = max(len(self.outputs) // self.size.used, 1)
        places = (
            (number + turn * step) % len(self.outputs) for turn in range(self.size.used)
        )
        used = [self.outputs[place] for place in dict.fromkeys(places)]
        for given in used:
            self.row(
                OutputUse,
                case_id=case,
                output_id=given.output,
                version_id=given.version,
                where_used="assessment",
                used="used",
                reason="",
                at=FIRST + timedelta(days=45),
            )
            self._judge(LinkType.USE, given, ref, text_fingerprint(title))
        return used

    def _judge(self, kind: LinkType, given: _Given, target: str, said: str) -> None:
        self.row(
            Judgement,
            link=link_name(kind, given.ref, target),
            source=given.mark,
            target=said,
            verdict="valid",
            mandate_id=self.around.secretary,
            entry=self.bulk.seq,
            at=FIRST + timedelta(days=61),
        )

    def _write_outcome(
        self, given: _Given, treatment: uuid.UUID, item: uuid.UUID, *, point: int
    ) -> None:
        self.row(
            Outcome,
            output_id=given.output,
            version_id=given.version,
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
        key = self.row(
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
        said = {"evidence": "", "notice": "", "treatment_id": None, "person_id": None}
        for number, (act, when) in enumerate(self._reports(told_at), start=1):
            self.row(
                FollowUpReport,
                follow_up_id=key,
                number=number,
                state="in_progress",
                text=self.title(),
                reported_at=when,
                **said,
                **common,
            )
            self.told(act, ref, "in_progress", at=when)

    def _reports(self, told_at: datetime) -> Iterator[tuple[str, datetime]]:
        """Each is assigned, and one of twenty reported on in the last months."""
        yield "followup.assigned", told_at
        if self.bulk.chance.random() < _REPORTED:
            yield "followup.reported", LAST - timedelta(days=50)


def _followed(items: int) -> int:
    return items * 4 // 5
