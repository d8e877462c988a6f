"""The text of a case: drafts for the decision line, and what is published for all."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import render_template, url_for

from connector.web.decision.cases import readable_case
from connector.web.forms import Submitted
from connector.web.guards import Done, acts, reads
from connector.web.trace.history import entries_for
from connector.web.visits import Visit
from workflows.decision.cases import Case
from workflows.people.mandates import holder_of
from workflows.people.reading import Matter
from workflows.trace.case_texts import (
    drafts_of,
    publication_of,
    publish_case_text,
    published_text,
    write_case_text,
)
from workflows.trace.uses import real_uses

pages = APIBlueprint("case_texts", __name__, enable_openapi=False)


@pages.get("/saker/<ref>/saksframlegg")
@reads(Matter.CASE)
def text(visit: Visit, ref: str) -> str:
    """Show what is published, and the drafts to those who may read them."""
    return show(visit, ref=ref)


def show(visit: Visit, *, ref: str, form: Submitted | None = None) -> str:
    """Return the page of a case's text, with the forms of what comes next."""
    row = readable_case(visit, ref)
    return render_template(
        "decision/case_text.html",
        case=row,
        published=published_text(visit.session, row, at=visit.at),
        outputs=_used(visit, ref),
        history=entries_for(visit, ref),
        form=form or Submitted(),
        **_drafts(visit, row),
    )


@pages.post("/saker/<ref>/saksframlegg")
@acts("case.drafted", again=show)
def write(visit: Visit, form: Submitted, ref: str) -> Done:
    """Write the text anew; each writing is kept."""
    readable_case(visit, ref)
    written = form.text("text", needed=True)
    chosen = [each for each in _used(visit, ref) if form.has("outputs", each)]
    form.require_sound()
    write_case_text(
        visit.session,
        case=ref,
        text=written,
        outputs=chosen,
        by=visit.by,
        at=visit.at,
    )
    return _done(visit, ref, "case_text.is_written")


@pages.post("/saker/<ref>/saksframlegg/publiser")
@acts("case.published", again=show)
def publish(visit: Visit, form: Submitted, ref: str) -> Done:
    """Publish the last draft."""
    readable_case(visit, ref)
    source = form.text("source", needed=True)
    form.require_sound()
    publish_case_text(visit.session, case=ref, source=source, by=visit.by, at=visit.at)
    return _done(visit, ref, "case_text.is_published")


def _drafts(visit: Visit, row: Case) -> dict[str, Any]:
    drafts = drafts_of(visit.session, row) if visit.reads(Matter.CASE_DRAFT) else []
    last = drafts[-1] if drafts else None
    is_open = last is not None and publication_of(visit.session, last) is None
    return {
        "drafts": [
            (each, holder_of(visit.session, each.mandate_id)) for each in drafts
        ],
        "last": last,
        "may_publish": is_open and visit.may("case.published"),
    }


def _used(visit: Visit, ref: str) -> list[str]:
    """Return the outputs that the case has been said to use."""
    uses = real_uses(visit.session, at=visit.at)
    return list(dict.fromkeys(use.output for use in uses if use.case == ref))


def _done(visit: Visit, ref: str, message: str) -> Done:
    return Done(url_for("case_texts.text", ref=ref), visit.say(message))
