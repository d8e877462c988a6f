"""The form where it is said what a treatment did with each point of an output.

The case officer proposes, the secretary records.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apiflask import APIBlueprint
from flask import render_template, url_for

from connector.web.decision.cases import readable_case
from connector.web.forms import Submitted
from connector.web.guards import Done, acts, offers
from connector.web.visits import Visit
from workflows.base import by_ref, get
from workflows.decision.cases import Case
from workflows.decision.decisions import items_of
from workflows.decision.meetings import Treatment
from workflows.development.documents import Version
from workflows.development.outputs import Output
from workflows.trace.outcome_proposals import (
    OutcomeProposal,
    propose_outcome,
    proposed_outcomes,
)
from workflows.trace.outcomes import NEEDS_REASON, Code, outcomes, record_outcome
from workflows.trace.uses import uses

pages = APIBlueprint("outcomes", __name__, enable_openapi=False)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One row of the form: an output, or one point of it; `said` when recorded.

    `proposed` is the last proposal of the case officer.
    """

    key: str
    output: Output
    point: int | None
    text: str
    said: Any = None
    proposed: OutcomeProposal | None = None


def show(visit: Visit, *, ref: str, form: Submitted | None = None) -> str:
    """Return the page: a row for each point of each output that the case uses."""
    return _page(visit, ref, form=form, proposes=False)


def show_proposing(visit: Visit, *, ref: str, form: Submitted | None = None) -> str:
    """Return the same page for who proposes."""
    return _page(visit, ref, form=form, proposes=True)


def _page(visit: Visit, ref: str, *, form: Submitted | None, proposes: bool) -> str:
    treatment = by_ref(visit.session, Treatment, ref)
    case = readable_case(visit, get(visit.session, Case, treatment.case_id).ref)
    return render_template(
        "decision/outcome.html",
        treatment=treatment,
        case=case,
        asked=_asked(visit, treatment, case),
        items=[
            (str(item.number), f"{item.number}. {item.text}"[:70])
            for item in items_of(visit.session, ref)
        ],
        codes=Code,
        proposes=proposes,
        form=form or Submitted(),
    )


@pages.get("/behandlinger/<ref>/utfall")
@offers("outcome.recorded")
def outcome_form(visit: Visit, ref: str) -> str:
    """Show the form."""
    return show(visit, ref=ref)


@pages.get("/behandlinger/<ref>/utfall/forslag")
@offers("outcome.proposed")
def proposal_form(visit: Visit, ref: str) -> str:
    """Show the form to who proposes."""
    return show_proposing(visit, ref=ref)


@pages.post("/behandlinger/<ref>/utfall/forslag")
@acts("outcome.proposed", again=show_proposing)
def propose(visit: Visit, form: Submitted, ref: str) -> Done:
    """Propose the outcomes that were chosen to the secretary."""
    treatment = by_ref(visit.session, Treatment, ref)
    case = readable_case(visit, get(visit.session, Case, treatment.case_id).ref)
    rows = [row for row in _asked(visit, treatment, case) if row.said is None]
    for row, code in _sound(form, rows):
        propose_outcome(
            visit.session,
            output=row.output.ref,
            treatment=ref,
            code=code,
            item=form.number(f"item-{row.key}"),
            point=row.point,
            reason=form.text(f"reason-{row.key}"),
            by=visit.by,
            at=visit.at,
        )
    return Done(url_for("cases.case", ref=case.ref), visit.say("outcome.is_proposed"))


@pages.post("/behandlinger/<ref>/utfall")
@acts("outcome.recorded", again=show)
def record(visit: Visit, form: Submitted, ref: str) -> Done:
    """Record the outcomes that were chosen, all of them or none."""
    treatment = by_ref(visit.session, Treatment, ref)
    case = get(visit.session, Case, treatment.case_id)
    minutes = form.text("minutes", needed=True)
    rows = [row for row in _asked(visit, treatment, case) if row.said is None]
    for row, code in _sound(form, rows):
        record_outcome(
            visit.session,
            output=row.output.ref,
            treatment=ref,
            code=code,
            minutes=minutes,
            item=form.number(f"item-{row.key}"),
            point=row.point,
            reason=form.text(f"reason-{row.key}"),
            by=visit.by,
            at=visit.at,
        )
    return Done(url_for("cases.case", ref=case.ref), visit.say("outcome.done"))


def _sound(form: Submitted, rows: list[Asked]) -> list[tuple[Asked, Code]]:
    """Return the rows that were filled in, once the whole form is sound."""
    chosen = [(row, _chosen(form, row)) for row in rows]
    if not any(code for _, code in chosen):
        first = f"code-{rows[0].key}" if rows else "minutes"
        form.fault(first, "outcome.fault.nothing")
    form.require_sound()
    return [(row, code) for row, code in chosen if code]


def _chosen(form: Submitted, row: Asked) -> Code | None:
    code = form.choice(f"code-{row.key}", Code, needed=False)
    if code in NEEDS_REASON and not form.text(f"reason-{row.key}"):
        form.fault(f"reason-{row.key}", "outcome.fault.reason")
    form.number(f"item-{row.key}")
    return code


def _asked(visit: Visit, treatment: Treatment, case: Case) -> list[Asked]:
    said = {
        (row.output, row.point): row
        for row in outcomes(visit.session, cases=[case.ref])
        if row.treatment == treatment.ref
    }
    proposed = {
        (row.output_id, row.point): row
        for row in proposed_outcomes(visit.session, treatment)
    }
    used = dict.fromkeys(
        (use.output, use.version) for use in uses(visit.session, cases=[case.ref])
    )
    outputs = {ref: by_ref(visit.session, Output, ref) for ref, _ in used}
    return [
        Asked(
            key=f"{ref}-{point or 0}",
            output=outputs[ref],
            point=point,
            text=text,
            said=said.get((ref, point)),
            proposed=proposed.get((outputs[ref].id, point)),
        )
        for ref, version in used
        for point, text in _points(visit, ref, version)
    ]


def _points(visit: Visit, ref: str, version: str) -> list[tuple[int | None, str]]:
    """Return the numbered points of a version, or the whole where it has none."""
    row = by_ref(visit.session, Version, f"{ref}@{version}")
    points = row.values.get("o_points") or []
    numbered = [
        (int(each["nr"]), each["tekst"])
        for each in points
        if str(each.get("nr", "")).isdigit()
    ]
    return list(numbered) or [(None, "")]
