"""Cases of the decision line: the basis they rest on, and what the bodies did."""

from __future__ import annotations

from collections import Counter
from typing import Any

from apiflask import APIBlueprint
from flask import render_template

from connector.web.decision.basis import basis_of
from connector.web.guards import open_to_all, reads
from connector.web.people.rights import reads_case
from connector.web.trace.history import entries_for
from connector.web.trace.pictures import picture_of
from connector.web.visits import Visit
from workflows.base import all_of, by_ref
from workflows.decision.bodies import Body
from workflows.decision.cases import Case, last_check
from workflows.decision.decisions import (
    corrections_of,
    find_decision,
    is_unaltered,
    items_of,
)
from workflows.decision.implementation import follow_ups
from workflows.decision.joint_committee import proposed_committee
from workflows.decision.meetings import Treatment, Vote
from workflows.decision.minutes import (
    TreatmentRow,
    dissent_in,
    has_casting_vote,
    proposals_of,
    result_corrections,
    treatments_of,
    votes_of,
)
from workflows.decision.supersessions import supersessions
from workflows.errors import NotFoundError
from workflows.law.duties import law_behind
from workflows.people.persons import Person
from workflows.people.reading import Matter
from workflows.trace.comments import PartyComment, comments_in
from workflows.trace.justifications import DECIDED, justified_absences
from workflows.trace.outcomes import outcomes
from workflows.trace.uses import real_uses, uses

pages = APIBlueprint("cases", __name__, enable_openapi=False)


@pages.get("/saker")
@open_to_all
def listing(visit: Visit) -> str:
    """Show the cases, with how many outputs each rests on and its last treatment."""
    rows = [
        row for row in all_of(visit.session, Case, Case.ref) if reads_case(visit, row)
    ]
    used = {(use.case, use.output) for use in uses(visit.session, at=visit.at)}
    treated = treatments_of(visit.session, at=visit.at)
    return render_template(
        "decision/cases.html",
        rows=rows,
        basis=Counter(case for case, _ in used),
        last={each.case: each for each in treated},
    )


@pages.get("/saker/<ref>")
@reads(Matter.CASE)
def case(visit: Visit, ref: str) -> str:
    """Show a case: basis, treatments, decisions, outcomes and follow-ups."""
    row = readable_case(visit, ref)
    return render_template(
        "decision/case.html",
        case=row,
        basis=basis_of(visit, row),
        treatments=[
            _treated(visit, each) for each in treatments_of(visit.session, ref)
        ],
        bodies=bodies(visit),
        committee=proposed_committee(visit.session, row),
        outcomes=outcomes(visit.session, cases=[ref], at=visit.at),
        comments=_on_outcomes(visit, row),
        follow_ups=follow_ups(visit.session, cases=[ref]),
        people={person.ref: person for person in all_of(visit.session, Person)},
        check=last_check(visit.session, row),
        justified=justified_absences(visit.session, at=visit.at),
        without_basis=_without_basis(visit, ref),
        law=law_behind("L-01", on=visit.today),
        history=entries_for(visit, ref),
        picture=picture_of(visit, ref),
    )


def _without_basis(visit: Visit, ref: str) -> set[str]:
    """Return the final decisions of a case that rests on no output."""
    if real_uses(visit.session, cases=[ref], at=visit.at):
        return set()
    return {
        row.ref
        for row in treatments_of(visit.session, ref)
        if row.is_final and row.result in DECIDED
    }


def readable_case(visit: Visit, ref: str) -> Case:
    """Return a case; one that the visitor may not read is told as not there."""
    row = by_ref(visit.session, Case, ref)
    if not reads_case(visit, row):
        raise NotFoundError("Case", ref)
    return row


def bodies(visit: Visit) -> dict[str, Body]:
    """Return the bodies by reference."""
    return {body.ref: body for body in all_of(visit.session, Body, Body.ref)}


def _on_outcomes(visit: Visit, row: Case) -> list[PartyComment]:
    found = comments_in(visit.session, row, at=visit.at)
    return [each for each in found if " " in each.about]


def _treated(visit: Visit, row: TreatmentRow) -> dict[str, Any]:
    treatment = by_ref(visit.session, Treatment, row.ref)
    decision = find_decision(visit.session, treatment)
    return {
        "row": row,
        "present": treatment.present,
        "casting_vote": has_casting_vote(visit.session, treatment),
        "votes": _votes_by_subject(list(votes_of(visit.session, treatment))),
        "proposals": proposals_of(visit.session, treatment),
        "dissent": dissent_in(visit.session, treatment),
        "decision": decision,
        "items": items_of(visit.session, row.ref),
        "results": _results(visit, treatment),
        "replaced": [
            one
            for one in supersessions(visit.session)
            if row.ref in {one.earlier, one.later}
        ],
        "corrections": corrections_of(visit.session, decision) if decision else [],
        "unaltered": decision is None or is_unaltered(decision),
    }


def _results(visit: Visit, treatment: Treatment) -> list[dict[str, Any]]:
    """Return the corrections of the result, each with what stood before it."""
    rows = result_corrections(visit.session, treatment)
    before = [treatment.result, *(row.result for row in rows)]
    return [{"row": row, "before": was} for row, was in zip(rows, before, strict=False)]


def _votes_by_subject(votes: list[Vote]) -> dict[str, list[Vote]]:
    found: dict[str, list[Vote]] = {}
    for vote in votes:
        found.setdefault(vote.subject, []).append(vote)
    return found
