"""Whom a body should consider the impartiality (habilitet) of, before it decides.

Someone who as an employee prepared a case is not to treat it in an elected body. The
product only points it out; the body decides, without the member taking part. Annual
budget and economic plan are excepted.
Source: kommuneloven § 11-10; the same rule in the list of legal references.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from workflows.base import all_of, by_ref, get, owned
from workflows.clock import norwegian_date
from workflows.decision.bodies import Body, Side, members_on
from workflows.decision.cases import Case
from workflows.decision.minutes import treatments_of
from workflows.development.outputs import Output, project_of
from workflows.development.projects import Group, ProjectMember
from workflows.people.kinds import Party
from workflows.people.persons import Person
from workflows.trace.uses import uses


def impartiality(session: Session, *, at: datetime) -> list[dict[str, Any]]:
    """Return who should be considered, one row a person, case and body.

    {"person", "name", "case", "body", "why"}; `why` names the project that the person
    took part in preparing as an employee. By case, then person.
    """
    return [
        {
            "person": person.ref,
            "name": person.name,
            "case": case.ref,
            "body": body,
            "why": f"deltok som ansatt i prosjektgruppa for {project}",
        }
        for case in all_of(session, Case, Case.ref)
        if not case.is_budget
        for body, person, project in _flagged(session, case, at=at)
    ]


def _flagged(
    session: Session, case: Case, *, at: datetime
) -> Iterator[tuple[str, Person, str]]:
    rested_on = sorted(
        {use.output for use in uses(session, at=at) if use.case == case.ref}
    )
    for body, day in _days(session, case, at=at).items():
        prepared = _prepared(session, rested_on, on=day)
        for person in sorted(_elected(session, body, on=day), key=lambda p: p.ref):
            if person.ref in prepared:
                yield body, person, prepared[person.ref]


def _days(session: Session, case: Case, *, at: datetime) -> dict[str, date]:
    """The day on which each body treats the case; today for one that has not yet."""
    planned = dict.fromkeys(case.plan, norwegian_date(at))
    treated = treatments_of(session, case.ref, at=at)
    return planned | {row.body: row.treated_on for row in treated}


def _prepared(session: Session, outputs: list[str], *, on: date) -> dict[str, str]:
    """Person to project: who had worked on these outputs as an employee."""
    found: dict[str, str] = {}
    for ref in outputs:
        project = project_of(session, by_ref(session, Output, ref))
        query = owned(session, ProjectMember).where(
            ProjectMember.project_id == project.id,
            ProjectMember.group == Group.PROJECT,
            ProjectMember.valid_from <= on,
        )
        for member in session.scalars(query):
            if member.party is not Party.ELECTED:
                person = get(session, Person, member.person_id)
                found.setdefault(person.ref, project.ref)
    return found


def _elected(session: Session, body: str, *, on: date) -> list[Person]:
    """The elected members of the body that day; employees' own seats are none."""
    return [
        get(session, Person, member.person_id)
        for member in members_on(session, by_ref(session, Body, body), on)
        if member.side is Side.MUNICIPALITY
    ]
