"""Party agreements: the text, who has signed, and the forms to sign and give notice."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import render_template, url_for

from connector.web.development.signing import signature_rows, unsigned
from connector.web.forms import Submitted
from connector.web.guards import Done, acts, open_to_all, reads
from connector.web.people.rights import reads_version
from connector.web.trace.history import entries_for
from connector.web.visits import Visit
from workflows.base import all_of, by_ref
from workflows.development.agreements import (
    ALLOWED,
    Agreement,
    AgreementState,
    give_notice,
    notice_ends,
)
from workflows.development.documents import Document, versions_of
from workflows.development.signatures import (
    NEEDS_REFERENCE,
    SIGNABLE,
    SignatureLevel,
    sign,
)
from workflows.people.reading import Matter

pages = APIBlueprint("agreements", __name__, enable_openapi=False)


@pages.get("/avtaler")
@open_to_all
def listing(visit: Visit) -> str:
    """Show every agreement with how many signatures it lacks."""
    rows = all_of(visit.session, Agreement, Agreement.ref)
    lacking = {row.ref: unsigned(visit.session, row) for row in rows}
    return render_template("development/agreements.html", rows=rows, lacking=lacking)


@pages.get("/avtaler/<ref>")
@reads(Matter.AGREEMENT)
def agreement(visit: Visit, ref: str) -> str:
    """Show an agreement with its signatures by party."""
    return show(visit, ref=ref)


def show(visit: Visit, *, ref: str, form: Submitted | None = None) -> str:
    """Return the page of an agreement, with the form for those who may sign."""
    row = by_ref(visit.session, Agreement, ref)
    paper = by_ref(visit.session, Document, ref)
    lacking = unsigned(visit.session, row)
    return render_template(
        "development/agreement.html",
        agreement=row,
        signing=signature_rows(visit.session, row),
        lacking=lacking,
        mine=row.state in SIGNABLE and _mine(visit, lacking),
        levels=SignatureLevel,
        may_give_notice=AgreementState.IN_NOTICE in ALLOWED[row.state]
        and visit.may("agreement.notice_given"),
        notice_ends=notice_ends(visit.today, months=row.notice_months),
        readable=[
            version
            for version in reversed(versions_of(visit.session, ref))
            if reads_version(visit, version, paper)
        ],
        history=entries_for(visit, ref),
        form=form or Submitted(),
    )


@pages.post("/avtaler/<ref>/signer")
@acts("agreement.signed", again=show)
def sign_agreement(visit: Visit, form: Submitted, ref: str) -> Done:
    """Sign for the organisation behind the hat."""
    place = form.text("place", needed=True)
    level = form.choice("level", SignatureLevel, needed=False) or SignatureLevel.LOW
    reference = form.text("reference", needed=level in NEEDS_REFERENCE)
    if not form.ticked("read"):
        form.fault("read", "agreement.fault.read")
    form.require_sound()
    sign(
        visit.session,
        agreement=ref,
        level=level,
        reference=reference or None,
        place=place,
        by=visit.by,
        at=visit.at,
    )
    message = visit.say("agreement.signed", organisation=visit.by.organisation or "")
    return Done(url_for("agreements.agreement", ref=ref), message)


@pages.post("/avtaler/<ref>/oppsigelse")
@acts("agreement.notice_given", again=show)
def give_notice_of(visit: Visit, form: Submitted, ref: str) -> Done:
    """Give notice for one's own party; the agreement binds until it has run."""
    reason = form.text("reason", needed=True)
    if not form.ticked("sure"):
        form.fault("sure", "agreement.fault.sure")
    form.require_sound()
    give_notice(visit.session, agreement=ref, reason=reason, by=visit.by, at=visit.at)
    where = url_for("agreements.agreement", ref=ref)
    return Done(where, visit.say("agreement.notice_is_given"))


def _mine(visit: Visit, lacking: Any) -> bool:
    """Return whether to offer the form: a signature lacks that this hat may give."""
    hat = visit.hat
    if hat is None or not hat.signs or not visit.may("agreement.signed"):
        return False
    return (hat.party, hat.organisation) in {
        (row.party, row.organisation) for row in lacking
    }
