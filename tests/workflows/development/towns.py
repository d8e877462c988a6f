"""A small municipality for tests: people with hats, a clock, and work brought forward.

Everything is done by the real acts, in the order in which people would do them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from connector.database.engine import Database, bind
from workflows.base import owned, tenant
from workflows.clock import at_oslo
from workflows.development.agreements import (
    Level,
    SignatoryPlan,
    draft_agreement,
    ready_to_sign,
)
from workflows.development.answers import answer_round, summarise_round
from workflows.development.documents import Version, latest
from workflows.development.drafting import draft_version, write_fields
from workflows.development.forums import AgendaPoint, Step, call_forum, hold_forum
from workflows.development.minutes import MinutedView, minute_point
from workflows.development.outputs import (
    Output,
    OutputKind,
    hand_over,
    plan_output,
    start_output,
)
from workflows.development.positions import Position
from workflows.development.projects import Project, propose_project
from workflows.development.rounds import Round, open_round, plan_round
from workflows.development.signatures import sign
from workflows.development.steering import pause_project, resume_project
from workflows.forms.catalogue import form
from workflows.forms.fields import Column, Field, FieldType, Form, Required, Writer
from workflows.people.hats import SYSTEM, Hat
from workflows.people.kinds import PARTIES, FocusArea, Party, Role
from workflows.people.mandates import give_mandate, wear
from workflows.people.municipalities import (
    Municipality,
    found_municipality,
    record_logging_discussion,
)
from workflows.people.parties import Confederation, register_union
from workflows.people.persons import Person, register_person
from workflows.record.entries import RecordHead
from workflows.trace.sweep import sweep

T = TypeVar("T")

A, F, U = PARTIES
"""Administration, elected and union; T is a type variable here."""

MONDAY = date(2025, 1, 6)
SAVEPOINT: Literal["create_savepoint"] = "create_savepoint"
NINE = at_oslo(MONDAY, time(9))
ORGANISATIONS = {A: "Testvik kommune", F: "Kommunestyret", U: "Arbeiderforeninga"}
ALL_AGREE: dict[Party, Position] = dict.fromkeys(PARTIES, Position.AGREE)
REASON = "Vi er redde for vaktene i helga."
BY_MANAGER = frozenset(
    {
        Writer.PROJECT_MANAGER,
        Writer.PROJECT_GROUP,
        Writer.STEERING_GROUP,
        Writer.ADMINISTRATION_AND_UNION,
    }
)

OFFICES = {
    Role.PROJECT_MANAGER: "P-pm",
    Role.SAFETY_REP: "P-safety",
    Role.CASE_OFFICER: "P-officer",
    Role.CHIEF_EXECUTIVE: "P-chief",
    Role.COMMITTEE_SECRETARY: "P-secretary",
}


@contextmanager
def town_connection(
    database: Database, bring: Callable[[Town], object]
) -> Iterator[Connection]:
    """A connection on which Testvik is founded and brought to a stage, never kept."""
    with database.engine.connect() as connection, connection.begin() as kept_open:
        with Session(connection, join_transaction_mode=SAVEPOINT) as session:
            found_municipality(session, name="Testvik", number="9999", at=NINE)
            bring(Town(session))
            session.commit()
        yield connection
        kept_open.rollback()


@contextmanager
def session_on(connection: Connection) -> Iterator[Session]:
    """A session in a savepoint of its own, for the municipality of the connection."""
    with Session(
        connection, expire_on_commit=False, join_transaction_mode=SAVEPOINT
    ) as session:
        bind(session, session.scalars(select(Municipality.id)).one())
        yield session


class Town:
    """The municipality of `session`, with `now` as its clock, which `wait` moves.

    Its people are registered when there are none.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.now = NINE
        if (told := session.get(RecordHead, tenant(session))) and told.size > 1:
            self.now = max(NINE, told.last_at or NINE)
        if session.scalars(owned(session, Person)).first() is None:
            self._settle_all()

    def _settle_all(self) -> None:
        """Give each party a contact and a member, and fill the offices."""
        self.discuss_logging()
        for party in PARTIES:
            self.settle(f"P-{party}", Role.PARTY_CONTACT, party=party, signs=True)
            self.settle(f"P-{party}2", Role.PARTY_MEMBER, party=party)
        for role, person in OFFICES.items():
            self.settle(person, role)

    def discuss_logging(self) -> None:
        """Register the union and that logging of openings was discussed with it."""
        union = {"ref": "U-1", "name": ORGANISATIONS[U]}
        self.do(register_union, by=SYSTEM, confederation=Confederation.LO, **union)
        self.do(
            record_logging_discussion,
            by=SYSTEM,
            discussed_on=self.today,
            unions=["U-1"],
            minutes="Drøftingsprotokoll 1/25",
        )

    def settle(
        self,
        person: str,
        role: Role,
        *,
        party: Party | None = None,
        signs: bool = False,
        organisation: str | None = None,
    ) -> Hat:
        """Register a person with a mandate from today on, and return the hat."""
        self.do(register_person, by=SYSTEM, ref=person, name=f"Person {person}")
        self.do(
            give_mandate,
            by=SYSTEM,
            ref=f"M-{person}",
            person=person,
            role=role,
            party=party,
            organisation=organisation or (ORGANISATIONS[party] if party else None),
            signs=signs,
            valid_from=self.today,
        )
        return self.hat(person, role)

    @property
    def today(self) -> date:
        """The day in Norway."""
        return self.now.date()

    @property
    def manager(self) -> Hat:
        """The project manager."""
        return self.office(Role.PROJECT_MANAGER)

    @property
    def officer(self) -> Hat:
        """The case officer."""
        return self.office(Role.CASE_OFFICER)

    @property
    def secretary(self) -> Hat:
        """The committee secretary."""
        return self.office(Role.COMMITTEE_SECRETARY)

    def office(self, role: Role) -> Hat:
        """The hat of whoever holds an office of the town."""
        return self.hat(OFFICES[role], role)

    def contact(self, party: Party) -> Hat:
        """The hat of a party's contact, who may also sign."""
        return self.hat(f"P-{party}", Role.PARTY_CONTACT)

    def member(self, party: Party) -> Hat:
        """The hat of a party's other member, who may not sign."""
        return self.hat(f"P-{party}2", Role.PARTY_MEMBER)

    def hat(self, person: str, role: Role) -> Hat:
        """The hat that a person wears in a role now."""
        return wear(self.session, person=person, role=role, at=self.now)

    def do(self, act: Callable[..., T], *, by: Hat, **values: Any) -> T:
        """Do an act now; its rows reach the database as they would in a request."""
        done = act(self.session, **values, by=by, at=self.now)
        self.session.flush()
        return done

    def wait(self, *, days: int = 0, until: datetime | None = None) -> None:
        """Let time pass; what falls due on the way is swept, as it is in life."""
        self.now = until or self.now + timedelta(days=days)
        sweep(self.session, at=self.now)

    def propose(self, ref: str = "PR1") -> Project:
        """An idea of the union party."""
        return self.do(
            propose_project,
            by=self.contact(U),
            ref=ref,
            number=f"{ref}/25",
            name="Hele stillinger i heimetenesta",
            focus=FocusArea.FULL_TIME,
            language="nb",
        )

    def drafted_project(self, ref: str = "PR1") -> Project:
        """A project whose mandate all three want drafted, with all it must hold."""
        project = self.propose(ref)
        self.forum(f"FM-{ref}", project=ref)
        self.minute(f"FM-{ref}")
        self.fill(project.mandate)
        return project

    def agreed_project(self, ref: str = "PR1") -> Project:
        """A project whose mandate all three have consented to in a round."""
        project = self.drafted_project(ref)
        self.concluded_round(f"R-{ref}", document=project.mandate)
        return project

    def running_project(self, ref: str = "PR1") -> Project:
        """A project with its party agreement in force."""
        project = self.agreed_project(ref)
        self.drafted_agreement(f"PA-{ref}", project=ref)
        self.do(ready_to_sign, by=self.manager, agreement=f"PA-{ref}")
        self.sign_all(f"PA-{ref}")
        return project

    def drafted_agreement(self, ref: str = "PA-1", **more: Any) -> None:
        """A draft of an agreement between the three, with one signatory for each."""
        terms = {
            "title": "Avtale",
            "level": Level.PROJECT if "project" in more else Level.LOCAL,
            "language": "nb",
            "signatories": [
                SignatoryPlan(party=party, organisation=ORGANISATIONS[party])
                for party in PARTIES
            ],
            "valid_from": self.today,
        }
        self.do(draft_agreement, by=self.manager, ref=ref, **{**terms, **more})

    def agreement_in_force(self, ref: str = "PA-1", **more: Any) -> None:
        """An agreement that all three have signed."""
        self.drafted_agreement(ref, **more)
        self.do(ready_to_sign, by=self.manager, agreement=ref)
        self.sign_all(ref)

    def sign_all(self, agreement: str) -> None:
        """Let each party's contact sign."""
        for party in PARTIES:
            self.do(sign, by=self.contact(party), agreement=agreement)

    def fill(self, document: str) -> None:
        """Write what a document must hold before a round, each field by its writer."""
        kind = latest_form(self.session, document)
        for hat, writers in self._writers():
            values = ready_values(kind, writers)
            if values:
                self.do(write_fields, by=hat, document=document, values=values)

    def _writers(self) -> list[tuple[Hat, frozenset[Writer]]]:
        """Tables where the parties write their rows are drawn up by the manager."""
        return [
            (self.manager, BY_MANAGER | {Writer.PARTIES}),
            (self.contact(A), frozenset({Writer.ADMINISTRATION})),
            (self.contact(F), frozenset({Writer.ELECTED})),
            (self.contact(U), frozenset({Writer.UNION})),
        ]

    def planned_round(self, ref: str, *, document: str, **more: Any) -> Round:
        """A round with a deadline three weeks from today, at noon."""
        due = at_oslo(self.today + timedelta(days=21), time(12))
        plan = {"deadline_at": due, **more}
        return self.do(plan_round, by=self.manager, ref=ref, document=document, **plan)

    def opened_round(self, ref: str, *, document: str, **more: Any) -> Round:
        """A round that all three parties can answer."""
        review = self.planned_round(ref, document=document, **more)
        self.do(open_round, by=self.manager, review=ref)
        return review

    def answer(self, review: str, party: Party, position: Position) -> None:
        """Let a party answer, with a reason where one is needed."""
        self.do(
            answer_round,
            by=self.contact(party),
            review=review,
            position=position,
            dissent=reason_for(position),
        )

    def closed_round(
        self,
        ref: str,
        *,
        document: str,
        positions: dict[Party, Position] = ALL_AGREE,
    ) -> Round:
        """A round whose deadline has passed with these positions; others are silent."""
        review = self.opened_round(ref, document=document)
        for party, position in positions.items():
            self.answer(ref, party, position)
        self.wait(until=review.deadline_at)
        return review

    def concluded_round(self, ref: str, *, document: str, **more: Any) -> Round:
        """A round that is closed and summarised."""
        review = self.closed_round(ref, document=document, **more)
        self.do(summarise_round, by=self.manager, review=ref)
        return review

    def forum(self, ref: str, *, asks: Step | None = None, **about: str | None) -> None:
        """A forum held a fortnight after its papers went out, with one point.

        It is about a `version`, or about a `project`, which it may ask something of.
        """
        point = AgendaPoint(number=1, title="Sak", asks=asks, **about)
        self.do(
            call_forum,
            by=self.manager,
            ref=ref,
            number=ref,
            starts_at=self.now + timedelta(days=14),
            place="Rådhuset",
            chair=F,
            points=[point],
        )
        self.wait(days=14)
        present = [f"P-{party}" for party in PARTIES]
        self.do(hold_forum, by=self.manager, meeting=ref, present=present)

    def concluded(self, step: Step, project: str = "PR1") -> str:
        """The point of a forum where all three wanted this; a fortnight passes."""
        ref = f"FM-{step}-{self.today}"
        self.forum(ref, asks=step, project=project)
        self.minute(ref)
        return f"{ref}/1"

    def pause(self, project: str = "PR1") -> None:
        """Let a project rest, as all three want."""
        self._change_course(pause_project, Step.PAUSE, project)

    def resume(self, project: str = "PR1") -> None:
        """Take a project up again, as all three want."""
        self._change_course(resume_project, Step.RESUME, project)

    def _change_course(self, act: Callable[..., T], step: Step, project: str) -> None:
        said = {"concluded_in": self.concluded(step, project), "reason": "Enighet."}
        self.do(act, by=self.manager, project=project, **said)

    def minute(
        self,
        meeting: str,
        positions: dict[Party, Position] = ALL_AGREE,
        **more: Any,
    ) -> None:
        """Minute the point with the positions, each spoken by the party's contact."""
        self.do(
            minute_point,
            by=self.manager,
            meeting=meeting,
            point=1,
            conclusion="Slik ble det.",
            positions=[minuted(party, said) for party, said in positions.items()],
            **more,
        )

    def begun_output(
        self,
        ref: str = "O-1",
        *,
        project: str = "PR1",
        kind: OutputKind = OutputKind.PROPOSAL,
        supersedes: str | None = None,
    ) -> Output:
        """An output in work, with all it must hold before a round."""
        output = self.do(
            plan_output,
            by=self.manager,
            ref=ref,
            project=project,
            title="Ny turnus",
            kind=kind,
            supersedes=supersedes,
        )
        values = ready_values(form("output"), BY_MANAGER) | {"o_type": kind.value}
        self.do(start_output, by=self.manager, output=ref, values=values)
        return output

    def delivered_output(
        self,
        ref: str = "O-1",
        *,
        positions: dict[Party, Position] = ALL_AGREE,
        as_split: bool = False,
        **more: Any,
    ) -> Output:
        """An output that the parties have taken a stand on in a forum."""
        output = self.begun_output(ref, **more)
        self.forum(f"FM-{ref}", version=f"{ref}@0.1")
        self.minute(f"FM-{ref}", positions, hand_over_disagreement=as_split)
        return output

    def revised_output(self, ref: str = "O-1", *, summary: str = "Nye tall") -> Version:
        """A new version of a delivered output, on which all three agree."""
        draft = self.do(draft_version, by=self.manager, document=ref)
        values = {"o_summary": [summary]}
        self.do(write_fields, by=self.manager, document=ref, values=values)
        meeting = f"FM-{draft.ref}"
        self.forum(meeting, version=draft.ref)
        self.minute(meeting)
        return latest(self.session, ref)

    def hand_over(self, ref: str, *, concluded_in: str) -> None:
        """The newest version of an output, handed to the chief executive."""
        self.do(
            hand_over,
            by=self.manager,
            output=ref,
            decision_needed="Vedta ny turnus",
            suggested_body="KST",
            concluded_in=concluded_in,
        )

    def handed_over_output(self, ref: str = "O-1", **more: Any) -> Output:
        """An output that lies with the chief executive."""
        output = self.delivered_output(ref, **more)
        self.hand_over(ref, concluded_in=f"FM-{ref}")
        return output


def minuted(party: Party, position: Position) -> MinutedView:
    """A party's position as its contact speaks it in a forum."""
    return MinutedView(
        party=party,
        position=position,
        spoken_by=f"P-{party}",
        dissent=reason_for(position),
    )


def reason_for(position: Position) -> str | None:
    """A reason where the position needs one."""
    reserved = {Position.DISAGREE, Position.AGREE_WITH_REMARK}
    return REASON if position in reserved else None


def latest_form(session: Session, document: str) -> Form:
    """The form of a document's kind, found by what its first key is called."""
    prefix = next(iter(latest(session, document).values))[:2]
    kinds = {"m_": "mandate", "a_": "agreement", "o_": "output", "s_": "status-report"}
    return form(kinds[prefix])


def ready_values(kind: Form, writers: frozenset[Writer]) -> dict[str, Any]:
    """What these writers must fill in before a round may open, as short as can be."""
    return {
        field.key: filled(field)
        for field in kind.fields
        if field.required is Required.ROUND and field.writer in writers
    }


def filled(field: Field) -> Any:
    """A value of the right shape."""
    if field.type is FieldType.TABLE:
        return [_row(field, number) for number in range(max(3, field.min_rows))]
    made: dict[FieldType, Any] = {
        FieldType.TEXT: "Tekst",
        FieldType.RICH: ["Tekst"],
        FieldType.DATE: "2025-06-30",
        FieldType.NUMBER: field.least or 1,
        FieldType.PERSON: {"name": "Person P-pm"},
        FieldType.REF: {"ref": "X"},
    }
    return made.get(field.type) or _chosen(field)


def _chosen(field: Field) -> Any:
    """What is exempt would have to say more: the first choice is the plain one."""
    first = field.choices[0].key
    return [first] if field.type is FieldType.MULTI else first


def _row(field: Field, number: int) -> dict[str, Any]:
    cells = {column.key: _cell(column, number) for column in field.columns}
    return {"_id": f"r{number}", **cells}


def _cell(column: Column, number: int) -> Any:
    if column.key == "part":
        return PARTIES[number % 3].value
    if column.choices:
        return column.choices[0].key
    made = {FieldType.NUMBER: column.least or 10, FieldType.DATE: "2025-06-30"}
    return made.get(column.type, "Tekst")
