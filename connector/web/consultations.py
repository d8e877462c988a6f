"""Drøfting between employer and unions: the need, the calls, the views, the signatures.

Others than the two sides are told that a drøfting is not there before it is recorded.
"""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import render_template, url_for

from connector.web.forms import Submitted
from connector.web.guards import Done, acts, open_to_all
from connector.web.people.rights import (
    exemption_options,
    reads_case,
    reads_output,
)
from connector.web.trace.history import entries_for
from connector.web.visits import Visit
from workflows.base import all_of, by_ref
from workflows.consultations import (
    SIDES,
    Consultation,
    ConsultationResult,
    ConsultationState,
    call_consultation,
    consultations_for,
    give_view,
    hold_consultation,
    need_consultation,
    sign_consultation,
    signatures_on,
    views_in,
)
from workflows.decision.cases import Case
from workflows.decision.references import next_reference
from workflows.development.outputs import Output, delivered_version
from workflows.errors import NotFoundError
from workflows.law.references import LegalReference, exemptions
from workflows.people.kinds import Party
from workflows.people.mandates import holder_of
from workflows.record.access_classes import AccessClass

pages = APIBlueprint("consultations", __name__, enable_openapi=False)


@pages.get("/drofting")
@open_to_all
def listing(visit: Visit) -> str:
    """Show the drøftinger that the visitor may know of."""
    return listing_page(visit)


def listing_page(visit: Visit, *, form: Submitted | None = None) -> str:
    """Return the list, with the form for those who may register a need."""
    return render_template(
        "consultations.html",
        rows=consultations_for(visit.session, visit.hat, at=visit.at),
        may_need=_may_need(visit),
        cases=_cases(visit) if _may_need(visit) else {},
        outputs=_outputs(visit) if _may_need(visit) else {},
        classes=AccessClass,
        bases=exemption_options(visit) if _may_need(visit) else [],
        form=form or Submitted(),
    )


@pages.post("/drofting")
@acts("consultation.needed", again=listing_page)
def need(visit: Visit, form: Submitted) -> Done:
    """Register that something must be discussed; back to the list, which all may see.

    A case officer, who is no side, does not see the drøfting itself before it is
    recorded.
    """
    subject = form.text("subject", needed=True)
    basis = form.text("basis", needed=True)
    case = form.one_of("case", _cases(visit), needed=False)
    output = form.one_of("output", _outputs(visit), needed=False)
    access = form.choice("access", AccessClass, needed=False)
    exempting = _basis(visit, form, access)
    form.require_sound()
    row = need_consultation(
        visit.session,
        ref=next_reference(visit.session, Consultation, "DR-", digits=1),
        subject=subject,
        basis=basis,
        about=[ref for ref in (case, output) if ref],
        measure=_measure(visit, output),
        access=access,
        exemption=exempting,
        by=visit.by,
        at=visit.at,
    )
    message = visit.say("consultation.is_needed", ref=row.ref)
    return Done(url_for("consultations.listing"), message)


@pages.get("/drofting/<ref>")
@open_to_all
def consultation(visit: Visit, ref: str) -> str:
    """Show one drøfting."""
    return show(visit, ref=ref)


def show(visit: Visit, *, ref: str, form: Submitted | None = None) -> str:
    """Return the page of a drøfting, with the forms of what comes next."""
    row = _known(visit, ref)
    signed = signatures_on(visit.session, row)
    is_side = visit.holds and visit.hat is not None and visit.hat.party in SIDES
    own = visit.hat.organisation if visit.hat else None
    is_open = row.state is ConsultationState.HELD
    return render_template(
        "consultation.html",
        talk=row,
        views=views_in(visit.session, row),
        signed=[
            (each, holder_of(visit.session, each.mandate_id).name) for each in signed
        ],
        may_call=is_side and row.state is ConsultationState.NEEDED,
        may_hold=is_side
        and row.state is ConsultationState.CALLED
        and _has_met(visit, row),
        may_view=is_side and is_open and not signed,
        may_sign=is_side
        and is_open
        and bool(visit.hat and visit.hat.signs)
        and own not in {each.organisation for each in signed},
        results=ConsultationResult,
        exemption=_exemption(visit, row),
        history=entries_for(visit, ref),
        form=form or Submitted(),
    )


@pages.post("/drofting/<ref>/innkall")
@acts("consultation.called", again=show)
def call(visit: Visit, form: Submitted, ref: str) -> Done:
    """Call the meeting, the documents sent beforehand."""
    _known(visit, ref)
    sent = form.day("sent", needed=True)
    meets_at = form.instant("meets")
    place = form.text("place", needed=True)
    form.require_sound()
    assert sent is not None  # noqa: S101 - the form is sound
    assert meets_at is not None  # noqa: S101 - the form is sound
    call_consultation(
        visit.session,
        consultation=ref,
        documents_sent_on=sent,
        meets_at=meets_at,
        place=place,
        by=visit.by,
        at=visit.at,
    )
    return _done(visit, ref, "consultation.is_called")


@pages.post("/drofting/<ref>/mote")
@acts("consultation.held", again=show)
def hold(visit: Visit, form: Submitted, ref: str) -> Done:
    """Minute that the meeting was held, and what the two sides ended with."""
    _known(visit, ref)
    result = form.choice("result", ConsultationResult)
    conclusion = form.text("conclusion", needed=True)
    form.require_sound()
    assert result is not None  # noqa: S101 - the form is sound
    hold_consultation(
        visit.session,
        consultation=ref,
        result=result,
        conclusion=conclusion,
        next_step=form.text("next"),
        by=visit.by,
        at=visit.at,
    )
    return _done(visit, ref, "consultation.is_held")


@pages.post("/drofting/<ref>/syn")
@acts("consultation.viewed", again=show)
def say_view(visit: Visit, form: Submitted, ref: str) -> Done:
    """Put the view of the employer, or of one's own organisation, in the minutes."""
    _known(visit, ref)
    text = form.text("view", needed=True)
    form.require_sound()
    give_view(visit.session, consultation=ref, text=text, by=visit.by, at=visit.at)
    return _done(visit, ref, "consultation.is_viewed")


@pages.post("/drofting/<ref>/signer")
@acts("consultation.signed", again=show)
def sign(visit: Visit, form: Submitted, ref: str) -> Done:
    """Sign the minutes for one's own organisation."""
    _known(visit, ref)
    if not form.ticked("read"):
        form.fault("read", "consultation.fault.read")
    form.require_sound()
    sign_consultation(visit.session, consultation=ref, by=visit.by, at=visit.at)
    return _done(visit, ref, "consultation.is_signed")


def _may_need(visit: Visit) -> bool:
    is_elected = visit.hat is not None and visit.hat.party is Party.ELECTED
    return visit.may("consultation.needed") and not is_elected


def _cases(visit: Visit) -> dict[str, str]:
    rows = all_of(visit.session, Case, Case.ref)
    readable = [row for row in rows if reads_case(visit, row)]
    return {row.ref: f"{row.ref} {row.title}" for row in readable}


def _outputs(visit: Visit) -> dict[str, str]:
    rows = all_of(visit.session, Output, Output.ref)
    return {
        row.ref: f"{row.ref} {row.title}" for row in rows if reads_output(visit, row)
    }


def _basis(visit: Visit, form: Submitted, access: AccessClass | None) -> str | None:
    if access is not AccessClass.EXEMPT:
        return None
    known = [code for code, _ in exemption_options(visit)]
    return form.one_of("exemption", known) or None


def _measure(visit: Visit, output: str) -> str | None:
    """Return the version that is discussed: the one delivered, if there is one."""
    if not output:
        return None
    found = delivered_version(visit.session, by_ref(visit.session, Output, output))
    return found.ref if found else None


def _known(visit: Visit, ref: str) -> Consultation:
    """Return a drøfting that the visitor may know of; all others are not there."""
    for row in consultations_for(visit.session, visit.hat, at=visit.at):
        if row.ref == ref:
            return row
    raise NotFoundError("Consultation", ref)


def _exemption(visit: Visit, row: Consultation) -> LegalReference | None:
    """Return the rule that exempts a drøfting, as it stands today."""
    known = exemptions(on=visit.today)
    return next((each for each in known if each.code == row.exemption), None)


def _has_met(visit: Visit, row: Consultation) -> bool:
    is_called = row.state is ConsultationState.CALLED
    return is_called and (row.meets_at is None or visit.at >= row.meets_at)


def _done(visit: Visit, ref: str, message: str) -> Done:
    where = url_for("consultations.consultation", ref=ref)
    return Done(where, visit.say(message))
