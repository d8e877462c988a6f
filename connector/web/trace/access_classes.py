"""Access classes on the pages: proposed by those who work with it, decided by archive.

Each sees the things that they may propose for; the archive sees all.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from apiflask import APIBlueprint
from flask import render_template, url_for

from connector.web.forms import Submitted
from connector.web.guards import Done, acts, reads
from connector.web.people.rights import exemption_options
from connector.web.visits import Visit
from workflows.decision.exemptions import DEFERRED
from workflows.errors import NotFoundError, NotPermittedError
from workflows.law.references import exemptions
from workflows.people.reading import Matter
from workflows.record.access_classes import (
    AccessClass,
    AccessDecision,
    AccessProposal,
    decisions_on_access,
    proposals_on_access,
)
from workflows.trace.access_classes import (
    decide_access,
    found,
    propose_access,
    require_own,
)
from workflows.trace.deferred_access import deferred_without_day
from workflows.trace.exemption_reviews import (
    AT_MOST,
    ReviewOfExemption,
    exemption_reviews,
)

Row = AccessProposal | AccessDecision

pages = APIBlueprint("access_classes", __name__, enable_openapi=False)


@pages.get("/tilgang")
@reads(Matter.ACCESS_CLASS)
def listing(visit: Visit) -> str:
    """Show what is proposed and decided, with the form of one's own part in it."""
    return show(visit)


def show(visit: Visit, *, form: Submitted | None = None) -> str:
    """Return the page; the newest that is said of each thing comes first."""
    proposed = _last(visit, proposals_on_access(visit.session))
    decided = _last(visit, decisions_on_access(visit.session))
    return render_template(
        "trace/access_classes.html",
        waiting=[row for ref, row in proposed.items() if _waits(row, decided.get(ref))],
        decided=list(decided.values()),
        reviews=_reviews(visit),
        undated=deferred_without_day(visit.session) if _archive(visit) else [],
        classes=AccessClass,
        bases=exemption_options(visit),
        sections=dict(exemption_options(visit)),
        form=form or Submitted(),
    )


@pages.post("/tilgang/forslag")
@acts("access.proposed", again=show)
def propose(visit: Visit, form: Submitted) -> Done:
    """Propose a class to the archive."""
    return _said(visit, form, propose_access, "access.is_proposed")


@pages.post("/tilgang/fastsett")
@acts("access.decided", again=show)
def decide(visit: Visit, form: Submitted) -> Done:
    """Decide a class; deferred access ends by itself on a day."""
    is_deferred = form.value("access") == "exempt" and form.value("basis") == DEFERRED
    opens_on = form.day("opens_on") if is_deferred else None
    if is_deferred and not (opens_on and opens_on > visit.today):
        form.fault("opens_on", "access.fault.opens_on")
    review_on = form.day("review_on") if _asks_review(visit, form) else None
    if review_on and not visit.today < review_on <= visit.today + AT_MOST:
        form.fault("review_on", "access.fault.review_on")
    decided = partial(decide_access, opens_on=opens_on, review_on=review_on)
    return _said(visit, form, decided, "access.is_decided")


def _asks_review(visit: Visit, form: Submitted) -> bool:
    known = {row.code: row for row in exemptions(on=visit.today)}
    row = known.get(form.value("basis"))
    is_exempt = form.value("access") == "exempt"
    return is_exempt and row is not None and row.only_while_required


def _said(
    visit: Visit, form: Submitted, act: Callable[..., object], message: str
) -> Done:
    about = form.text("about", needed=True)
    access = form.choice("access", AccessClass)
    basis = form.one_of(
        "basis", [code for code, _ in exemption_options(visit)], needed=False
    )
    is_exempt = access is AccessClass.EXEMPT
    if is_exempt and not basis:
        form.fault("basis", "access.fault.basis")
    reason = form.text("reason", needed=is_exempt)
    wider = form.text("wider", needed=is_exempt)
    form.require_sound()
    values = {"basis": basis, "reason": reason, "wider_access": wider}
    act(
        visit.session,
        about=about,
        access=access,
        **(values if is_exempt else {}),
        by=visit.by,
        at=visit.at,
    )
    return Done(url_for("access_classes.listing"), visit.say(message, about=about))


def _last(visit: Visit, rows: Any) -> dict[str, Row]:
    """Return the last row about each thing that the visitor works with."""
    last = {row.about: row for row in rows}
    return {ref: row for ref, row in last.items() if _is_theirs(visit, ref)}


def _reviews(visit: Visit) -> dict[str, ReviewOfExemption]:
    found = exemption_reviews(visit.session, at=visit.at)
    return {row.about: row for row in found}


def _archive(visit: Visit) -> bool:
    return visit.may("access.decided")


def _is_theirs(visit: Visit, ref: str) -> bool:
    if _archive(visit):
        return True
    try:
        require_own(visit.session, found(visit.session, ref), by=visit.by)
    except (NotFoundError, NotPermittedError):
        return False
    return True


def _waits(row: Row, decided: Row | None) -> bool:
    return decided is None or decided.entry < row.entry
