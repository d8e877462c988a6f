"""How a hearing ends on the pages: each remark assessed, like ones together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from apiflask import APIBlueprint
from flask import render_template, url_for

from connector.web.forms import Submitted
from connector.web.guards import Done, acts, offers
from connector.web.visits import Visit
from workflows.base import by_ref
from workflows.development.hearing_answers import (
    HearingAnswer,
    HearingRemark,
    hearing_answers,
    remarks_of,
)
from workflows.development.hearing_summaries import summarise_hearing
from workflows.development.hearings import Hearing, hearing_text
from workflows.development.remarks import Assessment, Verdict
from workflows.development.rounds import RoundState

pages = APIBlueprint("hearing_summaries", __name__, enable_openapi=False)


@pages.get("/horinger/<ref>/oppsummering")
@offers("hearing.summarised")
def summary(visit: Visit, ref: str) -> str:
    """Show the form where every remark is assessed."""
    return show(visit, ref=ref)


def show(visit: Visit, *, ref: str, form: Submitted | None = None) -> str:
    """Return the form of a hearing's summary, remarks in the order of the answers."""
    row = by_ref(visit.session, Hearing, ref)
    said = _remarks(visit, row)
    return render_template(
        "development/hearing_summary.html",
        hearing=row,
        paper=hearing_text(visit.session, row)[1],
        said=[
            (answer, remark, [(one.ref, one.ref) for _, one in said[:place]])
            for place, (answer, remark) in enumerate(said)
        ],
        can_end=row.state is RoundState.CLOSED,
        verdicts=Verdict,
        form=form or Submitted(),
    )


@pages.post("/horinger/<ref>/oppsummering")
@acts("hearing.summarised", again=show)
def summarise(visit: Visit, form: Submitted, ref: str) -> Done:
    """Say what became of every remark, and tell all who answered."""
    row = by_ref(visit.session, Hearing, ref)
    remarks = [remark for _, remark in _remarks(visit, row)]
    found = assessments_in(form, [remark.ref for remark in remarks])
    form.require_sound()
    summarise_hearing(
        visit.session, hearing=ref, assessments=found, by=visit.by, at=visit.at
    )
    return Done(url_for("hearings.hearing", ref=ref), visit.say("hearing.is_ended"))


def assessments_in(form: Submitted, remarks: Sequence[str]) -> list[Assessment]:
    """Return what a form says of remarks; one may share that of an earlier one.

    One that shares it names the first that has it, or another that shares it.
    """
    found: dict[str, Assessment] = {}
    first: dict[str, str] = {}
    for place, ref in enumerate(remarks):
        with_ref = form.one_of(f"with-{ref}", remarks[:place], needed=False)
        first[ref] = first.get(with_ref, ref)
        if first[ref] == ref:
            found[ref] = _own(form, ref)
        elif first[ref] in found:
            shared = found[first[ref]]
            found[first[ref]] = replace(shared, also=[*shared.also, ref])
    return list(found.values())


def _own(form: Submitted, ref: str) -> Assessment:
    """Return the assessment written at a remark; faults are noted in the form."""
    verdict = form.choice(f"verdict-{ref}", Verdict)
    reason = form.text(f"reason-{ref}", needed=True)
    return Assessment(
        remark=ref, verdict=verdict or Verdict.OUT_OF_SCOPE, reason=reason
    )


def _remarks(visit: Visit, row: Hearing) -> list[tuple[HearingAnswer, HearingRemark]]:
    return [
        (answer, remark)
        for answer in hearing_answers(visit.session, row)
        for remark in remarks_of(visit.session, answer)
    ]
