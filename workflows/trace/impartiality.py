"""Whom a body should consider the impartiality (habilitet) of, before it decides.

Someone who as an employee prepared a case is not to treat it in an elected body. The
product only points it out; the body decides, without the member taking part. Annual
budget and economic plan are excepted.
Source: kommuneloven § 11-10; the same rule in the list of legal references.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.base import AT, MINE, all_of, points_at, rows
from workflows.clock import norwegian_date
from workflows.decision.bodies import Body, BodyMember, Side
from workflows.decision.cases import Case
from workflows.decision.meetings import Treatment
from workflows.development.outputs import Output
from workflows.development.projects import Group, Project, ProjectMember
from workflows.people.kinds import Party
from workflows.people.persons import Person
from workflows.trace.uses import OutputUse

Days = dict[str, date]


@dataclass(frozen=True)
class _Register:
    """What is needed of the whole municipality, each read once."""

    session: Session
    at: datetime

    @cached_property
    def people(self) -> Mapping[Any, Person]:
        """Everybody, by key."""
        return {person.id: person for person in all_of(self.session, Person)}

    @cached_property
    def seats(self) -> Mapping[str, Sequence[Any]]:
        """Those who ever sat for the municipality, by body and then by person."""
        found = rows(self.session, _SEATS)
        return _by(sorted(found, key=lambda row: row.person), "body")

    @cached_property
    def groups(self) -> Mapping[str, Sequence[Any]]:
        """The employees who ever were in a project's group, by project."""
        return _by(rows(self.session, _MEMBERS), "project")

    @cached_property
    def projects(self) -> Mapping[str, Sequence[Any]]:
        """The projects whose outputs each case rests on, by case and then by output."""
        found = rows(self.session, _RESTED_ON, at=self.at)
        return _by(sorted(found, key=lambda row: row.output), "case")

    @cached_property
    def treated(self) -> Mapping[str, Sequence[Any]]:
        """The treatments of each case, the latest last."""
        return _by(rows(self.session, _TREATED, at=self.at), "case")


def impartiality(session: Session, *, at: datetime) -> list[dict[str, Any]]:
    """Return who should be considered, one row a person, case and body.

    {"person", "name", "case", "body", "why"}; `why` names the project that the person
    took part in preparing as an employee. By case, then person. Six queries.
    """
    register = _Register(session, at)
    return [
        {
            "person": person.ref,
            "name": person.name,
            "case": case.ref,
            "body": body,
            "why": f"deltok som ansatt i prosjektgruppa for {project}",
        }
        for case in rows(session, _CASES)
        for body, person, project in _flagged(register, case)
    ]


def _flagged(register: _Register, case: Any) -> Iterator[tuple[str, Person, str]]:
    rested_on = register.projects.get(case.ref)
    if not rested_on:
        return
    for body, day in _days(register, case).items():
        prepared = _prepared(register, rested_on, on=day)
        for seat in register.seats.get(body, ()):
            if seat.person_id in prepared and _sits(seat, day):
                project = prepared[seat.person_id]
                yield body, register.people[seat.person_id], project


def _days(register: _Register, case: Any) -> Days:
    """The day on which each body treats the case; today for one that has not yet."""
    planned = dict.fromkeys(case.plan, norwegian_date(register.at))
    treated = register.treated.get(case.ref, ())
    return planned | {row.body: row.treated_on for row in treated}


def _prepared(
    register: _Register, rested_on: Sequence[Any], *, on: date
) -> dict[Any, str]:
    """Person to project: who had worked on these outputs as an employee."""
    found: dict[Any, str] = {}
    for row in rested_on:
        for member in register.groups.get(row.project, ()):
            if member.valid_from <= on:
                found.setdefault(member.person_id, row.project)
    return found


def _sits(seat: Any, day: date) -> bool:
    """Whether an elected member's own seat holds that day; employees' are none."""
    return seat.valid_from <= day and (seat.valid_to is None or seat.valid_to >= day)


def _by(found: Sequence[Any], name: str) -> dict[str, list[Any]]:
    grouped: dict[str, list[Any]] = {}
    for row in found:
        grouped.setdefault(getattr(row, name), []).append(row)
    return grouped


_CASES = (
    select(Case.ref, Case.plan)
    .where(Case.municipality_id == MINE, Case.is_budget.is_(False))
    .order_by(Case.ref)
)
_RESTED_ON = (
    select(
        *(Case.ref.label("case"), Output.ref.label("output")),
        Project.ref.label("project"),
    )
    .select_from(OutputUse)
    .join(Case, points_at(OutputUse.case_id, Case))
    .join(Output, points_at(OutputUse.output_id, Output))
    .join(Project, points_at(Output.project_id, Project))
    .where(Case.municipality_id == MINE, OutputUse.at <= AT)
    .distinct()
)
_TREATED = (
    select(Case.ref.label("case"), Body.ref.label("body"), Treatment.treated_on)
    .join(Case, points_at(Treatment.case_id, Case))
    .join(Body, points_at(Treatment.body_id, Body))
    .where(Case.municipality_id == MINE, Treatment.registered_at <= AT)
    .order_by(Treatment.treated_on, Treatment.registered_at, Treatment.ref)
)
_SEATS = (
    select(
        *(Body.ref.label("body"), BodyMember.person_id, Person.ref.label("person")),
        *(BodyMember.valid_from, BodyMember.valid_to),
    )
    .join(Body, points_at(BodyMember.body_id, Body))
    .join(Person, points_at(BodyMember.person_id, Person))
    .where(Body.municipality_id == MINE, BodyMember.side == Side.MUNICIPALITY)
    .order_by(BodyMember.valid_from, BodyMember.id)
)
_MEMBERS = (
    select(
        *(Project.ref.label("project"), ProjectMember.person_id),
        ProjectMember.valid_from,
    )
    .join(Project, points_at(ProjectMember.project_id, Project))
    .where(Project.municipality_id == MINE, ProjectMember.group == Group.PROJECT)
    .where(ProjectMember.party.is_distinct_from(Party.ELECTED))
)
