"""Hearings on the pages: what is asked, and a form that anybody can answer with.

A public hearing is at a stable address without sign-in. Answers are not shown there
before the hearing is summarised, and then as what became of them, with whom it was
asked of; the words themselves are read by those who may read a round.
"""

from __future__ import annotations

import time
from typing import Any

from apiflask import APIBlueprint
from flask import abort, current_app, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer

from connector.web.development.contents import chapters
from connector.web.forms import Submitted
from connector.web.guards import Done, acts, open_to_all
from connector.web.people.rights import reads_hearing
from connector.web.spam import STAMP, TRAP, is_full, look_for_machine, stamp
from connector.web.visits import Visit
from workflows.base import all_of, by_ref
from workflows.development.documents import Document
from workflows.development.hearing_answers import (
    Channel,
    HearingAnswer,
    HearingRemark,
    Reply,
    asked_in,
    hearing_answers,
    remarks_of,
    tally,
)
from workflows.development.hearing_intake import receive_answer
from workflows.development.hearing_summaries import (
    HearingAssessment,
    assessment_in_hearing,
    digest_of,
)
from workflows.development.hearings import Hearing, hearing_text
from workflows.development.positions import Position
from workflows.development.rounds import IS_OPEN, RoundState
from workflows.errors import NotFoundError
from workflows.forms.catalogue import form as form_of
from workflows.people.hats import SYSTEM
from workflows.people.reading import Matter
from workflows.record.reasons import reasons_for

pages = APIBlueprint("hearings", __name__, enable_openapi=False)

LONGEST_TEXT = 5_000
LONGEST_NAME = 200
ANSWERABLE = IS_OPEN | {RoundState.CLOSED}


@pages.get("/horinger")
@open_to_all
def listing(visit: Visit) -> str:
    """Show the hearings that the visitor may know of, the open ones first."""
    rows = [row for row in all_of(visit.session, Hearing) if reads_hearing(visit, row)]
    rows.sort(key=lambda row: (row.state not in IS_OPEN, row.ref))
    found = [(row, hearing_text(visit.session, row)[1]) for row in rows]
    return render_template(
        "development/hearings.html", rows=found, may_plan=visit.may("hearing.planned")
    )


@pages.get("/horinger/<ref>")
@open_to_all
def hearing(visit: Visit, ref: str) -> str:
    """Show one hearing: its questions, its text, and the form while it is open."""
    return show(visit, ref=ref)


def show(visit: Visit, *, ref: str, form: Submitted | None = None) -> str:
    """Return the page of a hearing, with what was written in its form."""
    row = _visible(visit, ref)
    version, paper = hearing_text(visit.session, row)
    return render_template(
        "development/hearing.html",
        hearing=row,
        version=version,
        paper=paper,
        chapters=chapters(form_of(paper.kind), version.values, language=paper.language),
        reasons=reasons_for(visit.session, row.ref),
        offers=_offers(visit, row, paper),
        touched={name.split("-")[0] for name in form.fields} if form else set(),
        may_answer=row.is_public and row.state in ANSWERABLE,
        is_open=row.state in IS_OPEN and visit.at < row.deadline_at,
        positions=Position,
        mark=stamp(ref, now=time.time()),
        names={"trap": TRAP, "stamp": STAMP},
        form=form or Submitted(),
        **_said(visit, row),
    )


@pages.post("/horinger/<ref>/svar")
@acts("hearing.answered", again=show, by=SYSTEM)
def answer(visit: Visit, form: Submitted, ref: str) -> Done:
    """Take in an answer from whoever sends it."""
    row = _visible(visit, ref)
    look_for_machine(form, ref, now=time.time())
    said = said_in(form, row)
    form.require_sound()
    if is_full(visit.session, row, at=visit.at):
        abort(429)
    found = receive_answer(
        visit.session,
        hearing=ref,
        channel=Channel.WEB,
        by=SYSTEM,
        at=visit.at,
        **said,
    )
    return Done(receipt_of(found, row), visit.say("hearing.received"))


@pages.get("/horinger/<ref>/kvittering")
@open_to_all
def receipt(visit: Visit, ref: str) -> str:
    """Show an answer, and what became of it, to the one who sent it and nobody else.

    Also of a hearing that is not open to the public: its authors wrote letters.
    """
    row = by_ref(visit.session, Hearing, ref)
    try:
        own = str(_receipts().loads(request.args.get("svar", "")))
    except BadSignature:
        raise NotFoundError("HearingAnswer", ref) from None
    found = by_ref(visit.session, HearingAnswer, own)
    if found.hearing_id != row.id:
        raise NotFoundError("HearingAnswer", ref)
    return render_template(
        "development/hearing_receipt.html",
        hearing=row,
        paper=hearing_text(visit.session, row)[1],
        answer=found,
        is_known=reads_hearing(visit, row),
        told=digest_of(visit.session, found),
        remarks=[
            (remark, assessment_in_hearing(visit.session, remark))
            for remark in remarks_of(visit.session, found)
        ],
    )


def receipt_of(answer: HearingAnswer, row: Hearing) -> str:
    """Return the address where an answer's author sees it, known to nobody else."""
    signed = _receipts().dumps(answer.ref)
    return url_for("hearings.receipt", ref=row.ref, svar=signed)


def said_in(
    form: Submitted, row: Hearing, *, longest: int = LONGEST_TEXT
) -> dict[str, Any]:
    """Return what a form says in answer to a hearing; faults are noted in it.

    `longest` is the most characters of each text.
    """
    said = {
        "respondent": _short(form, "respondent", needed=True),
        "on_behalf_of": _short(form, "on_behalf_of"),
        "email": _address(form),
        "text": _text(form, "text", longest),
        "replies": [
            reply
            for number, _ in enumerate(row.questions, start=1)
            if (reply := _reply(form, number, longest))
        ],
    }
    if not said["replies"] and not said["text"]:
        form.fault("text", "hearing.fault.nothing")
    return said


def _visible(visit: Visit, ref: str) -> Hearing:
    row = by_ref(visit.session, Hearing, ref)
    if not reads_hearing(visit, row):
        raise NotFoundError("Hearing", ref)
    return row


def _offers(visit: Visit, row: Hearing, paper: Document) -> dict[str, bool]:
    """Return which acts of a hearing the visitor is offered now."""
    is_open = row.state in IS_OPEN and visit.at < row.deadline_at
    holds = {
        "opened": row.state is RoundState.PLANNED,
        "extended": is_open,
        "cancelled": row.state in IS_OPEN | {RoundState.PLANNED}
        and not hearing_answers(visit.session, row),
        "summarised": row.state is RoundState.CLOSED,
    }
    return {
        act: is_so and visit.may(f"hearing.{act}", project=paper.project)
        for act, is_so in holds.items()
    }


def _reply(form: Submitted, number: int, longest: int) -> Reply | None:
    position = form.choice(f"position-{number}", Position, needed=False)
    remark = _text(form, f"remark-{number}", longest)
    if remark and not position:
        form.fault(f"position-{number}", "hearing.fault.position")
    if position is Position.AGREE_WITH_REMARK and not remark:
        form.fault(f"remark-{number}", "hearing.fault.remark")
    if position is None:
        return None
    return Reply(question=number, position=position, remark=remark or None)


def _text(form: Submitted, name: str, longest: int) -> str:
    found = form.text(name)
    if len(found) > longest:
        form.fault(name, "form.fault.long")
    return found


def _short(form: Submitted, name: str, *, needed: bool = False) -> str:
    found = form.text(name, needed=needed)
    if len(found) > LONGEST_NAME or "\n" in found:
        form.fault(name, "form.fault.long")
    return found


def _address(form: Submitted) -> str:
    found = _short(form, "email")
    before, at, after = found.rpartition("@")
    if found and not (before and at and "." in after and " " not in found):
        form.fault("email", "hearing.fault.email")
    return found


def _said(visit: Visit, row: Hearing) -> dict[str, Any]:
    """What is told of the answers: to those of a round all, to others the outcome."""
    reads = visit.reads(Matter.ROUND)
    is_done = row.state is RoundState.SUMMARISED
    answers = list(hearing_answers(visit.session, row))
    remarks = [each for one in answers for each in remarks_of(visit.session, one)]
    return {
        "asked": asked_in(visit.session, row) if reads or is_done else [],
        "counts": tally(visit.session, row) if reads or is_done else [],
        "reads_answers": reads and row.opened_at is not None,
        "answers": len(answers),
        "late": sum(each.is_late for each in answers),
        "assessed": _assessed(visit, remarks) if is_done else [],
        "remarks": remarks if reads else [],
    }


def _assessed(
    visit: Visit, remarks: list[HearingRemark]
) -> list[tuple[HearingAssessment, int]]:
    """Each assessment once, with how many remarks share it."""
    found: dict[tuple[str, str], tuple[HearingAssessment, int]] = {}
    for remark in remarks:
        if told := assessment_in_hearing(visit.session, remark):
            key = (told.verdict.value, told.reason)
            found[key] = (told, found.get(key, (told, 0))[1] + 1)
    return list(found.values())


def _receipts() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="hearing receipt")
