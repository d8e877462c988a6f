"""Review rounds: the same text at the same time, and the form to answer in."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import render_template, url_for

from connector.web.development.contents import chapters
from connector.web.development.proposals import proposals
from connector.web.development.standpoints import answered
from connector.web.forms import Submitted
from connector.web.guards import Done, acts, reads
from connector.web.people.rights import is_available
from connector.web.trace.history import entries_for
from connector.web.visits import Visit, acting
from workflows.base import all_of, by_ref, owned
from workflows.development.answers import Answer, answer_round, late_answers
from workflows.development.guest_answers import assurance_of
from workflows.development.parity import access_to, gap_minutes
from workflows.development.positions import NEEDS_REASON, Position
from workflows.development.remarks import Remark, Verdict, assessment_of, remarks_in
from workflows.development.round_changes import Matter as ChangeMatter
from workflows.development.rounds import (
    IS_OPEN,
    Extension,
    Round,
    RoundState,
    read_round,
    text_of,
)
from workflows.development.seals import is_sealed
from workflows.errors import NotFoundError
from workflows.forms.catalogue import form as form_of
from workflows.people.kinds import Role
from workflows.people.municipalities import logs_openings
from workflows.people.reading import Matter
from workflows.record.reasons import reasons_for

pages = APIBlueprint("rounds", __name__, enable_openapi=False)

REMARKS = 3


@pages.get("/runder")
@reads(Matter.ROUND)
def listing(visit: Visit) -> str:
    """Show every round that has been opened, the open ones first."""
    rows = [row for row in all_of(visit.session, Round, Round.ref) if is_available(row)]
    found = [(row, text_of(visit.session, row)) for row in rows]
    found.sort(key=lambda pair: (pair[0].state not in IS_OPEN, pair[0].ref))
    return render_template("development/rounds.html", rows=found, is_open=IS_OPEN)


@pages.get("/runder/<ref>")
@reads(Matter.ROUND)
def review(visit: Visit, ref: str) -> str:
    """Show a round's text; a party's first opening is noted if that was discussed."""
    _note_opening(visit, _available(visit, ref))
    return show(visit, ref=ref)


def show(visit: Visit, *, ref: str, form: Submitted | None = None) -> str:
    """Return the page of a round as this party may see it now (INV-02, INV-04)."""
    row = _available(visit, ref)
    version, paper = text_of(visit.session, row)
    kind = form_of(paper.kind)
    return render_template(
        "development/round.html",
        review=row,
        version=version,
        paper=paper,
        chapters=chapters(kind, version.values, language=paper.language),
        sealed=is_sealed(row, at=visit.at),
        is_open=row.state in IS_OPEN,
        accesses=access_to(visit.session, row.id),
        extensions=_extensions(visit, row),
        gap=gap_minutes(access_to(visit.session, row.id)),
        reasons=reasons_for(visit.session, row.ref),
        may_answer=visit.may("round.answered") and row.state in IS_OPEN,
        is_contact=bool(visit.hat and visit.hat.role is Role.PARTY_CONTACT),
        positions=Position,
        history=entries_for(visit, ref),
        form=form or Submitted(),
        touched={name.split("-")[0] for name in form.fields} if form else set(),
        proposals=proposals(visit.session, row, at=visit.at),
        matters=ChangeMatter,
        verdicts=Verdict,
        **_offers(visit, row),
        **_said(visit, row),
    )


def _offers(visit: Visit, row: Round) -> dict[str, Any]:
    """Return which forms of a round the visitor is offered now."""
    hat = visit.hat
    is_open = row.state in IS_OPEN and visit.at < row.deadline_at
    own = hat.party.value if hat and hat.party else None
    return {
        "own": own,
        "may_invite": is_open and visit.may("guest.invited"),
        "may_deviate": is_open
        and visit.may("round.deviated")
        and bool(hat and hat.organisation),
        "may_extend": is_open
        and visit.may("round.extended")
        and own not in row.extended_by,
        "may_agree": is_open and visit.may("round.change_agreed"),
        "may_ask_to_close": is_open
        and visit.may("round.close_asked")
        and own not in row.close_asked_by,
        "may_override": is_open and visit.may("round.overridden"),
        "may_receive": is_open and visit.may("round.received_late"),
        "may_summarise": row.state is RoundState.CLOSED
        and visit.may("round.summarised"),
    }


@pages.post("/runder/<ref>/svar")
@acts("round.answered", again=show)
def answer(visit: Visit, form: Submitted, ref: str) -> Done:
    """Answer with the party's position, with remarks, or with both."""
    said = answer_in(form)
    answer_round(visit.session, review=ref, by=visit.by, at=visit.at, **said)
    return Done(url_for("rounds.review", ref=ref), visit.say("round.answered"))


def answer_in(form: Submitted) -> dict[str, Any]:
    """Return what a form says in answer to a round; «disagree» has its reason."""
    position = form.choice("position", Position, needed=False)
    dissent = form.text("dissent")
    point = form.number("point")
    found = [form.text(f"remark-{number}") for number in range(1, REMARKS + 1)]
    remarks = [text for text in found if text]
    if position in NEEDS_REASON and not dissent:
        form.fault("dissent", "round.fault.dissent")
    if position is None and not remarks:
        form.fault("position", "round.fault.nothing")
    form.require_sound()
    return {
        "position": position,
        "dissent": dissent or None,
        "point": point,
        "remarks": remarks,
    }


def _available(visit: Visit, ref: str) -> Round:
    row = by_ref(visit.session, Round, ref)
    if not is_available(row):
        raise NotFoundError("Round", ref)
    return row


def _note_opening(visit: Visit, row: Round) -> None:
    party = visit.hat.party if visit.hat else None
    accesses = access_to(visit.session, row.id)
    is_first = any(
        access.party is party and access.first_opened_at is None for access in accesses
    )
    if not is_first or not logs_openings(visit.session):
        return
    if row.state in IS_OPEN and visit.may("round.read"):
        with acting() as writing:
            read_round(writing.session, review=row.ref, by=writing.by, at=writing.at)
        visit.session.expire_all()


def _said(visit: Visit, row: Round) -> dict[str, Any]:
    """Return answers and remarks; while a round is sealed only the party's own."""
    columns = answered(visit.session, row)
    remarks = list(remarks_in(visit.session, row.id))
    late = list(late_answers(visit.session, row))
    if is_sealed(row, at=visit.at):
        columns = [each for each in columns if _is_own(visit, each.party)]
        remarks = [each for each in remarks if _is_own(visit, each.party)]
        late = []
    session = visit.session
    return {
        "columns": columns,
        "remarks": _assessed(visit, remarks),
        "late": late,
        "sure": {each.ref: assurance_of(session, row, each) for each in remarks},
        "sure_late": {each.id: assurance_of(session, row, each) for each in late},
    }


def _is_own(visit: Visit, party: object) -> bool:
    return visit.hat is not None and party is not None and visit.hat.party == party


def _assessed(visit: Visit, remarks: list[Remark]) -> list[tuple[Remark, Any]]:
    return [(remark, assessment_of(visit.session, remark)) for remark in remarks]


def _extensions(visit: Visit, row: Round) -> list[Extension]:
    query = owned(visit.session, Extension).where(Extension.round_id == row.id)
    return list(visit.session.scalars(query.order_by(Extension.at)))


def has_answered(visit: Visit, row: Round) -> bool:
    """Return whether the visitor's own party has taken a position in a round."""
    query = owned(visit.session, Answer).where(Answer.round_id == row.id)
    return any(_is_own(visit, each.party) for each in visit.session.scalars(query))
