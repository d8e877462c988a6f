"""What has come in to a hearing, and how letters and e-mail are registered.

All ways weigh the same: each answer shows when it was received. What came after the
deadline stands apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apiflask import APIBlueprint
from flask import render_template, url_for

from connector.web.development.hearings import receipt_of, said_in
from connector.web.forms import LONGEST, Submitted
from connector.web.guards import Done, acts, reads
from connector.web.visits import Visit
from workflows.base import by_ref
from workflows.development.hearing_answers import (
    Channel,
    HearingAnswer,
    HearingRemark,
    asked_in,
    attributed,
    hearing_answers,
    remarks_of,
)
from workflows.development.hearing_intake import attribute_answer, receive_answer
from workflows.development.hearing_summaries import (
    HearingAssessment,
    assessment_in_hearing,
)
from workflows.development.hearings import (
    Addressee,
    Hearing,
    addressees_of,
    hearing_text,
)
from workflows.development.positions import Position
from workflows.development.rounds import IS_OPEN, RoundState
from workflows.people.reading import Matter

pages = APIBlueprint("hearing_intake", __name__, enable_openapi=False)

TAKES = IS_OPEN | {RoundState.CLOSED}


@dataclass(frozen=True, kw_only=True)
class Come:
    """An answer as it is shown; `body` is who was asked, once that is settled."""

    answer: HearingAnswer
    body: str | None
    positions: Sequence[tuple[int, Position]]
    remarks: Sequence[tuple[HearingRemark, HearingAssessment | None]]
    receipt: str

    @property
    def number(self) -> str:
        """The number of the answer in its hearing."""
        return self.answer.ref.rsplit("/", maxsplit=1)[1]


@pages.get("/horinger/<ref>/svarene")
@reads(Matter.ROUND)
def answers(visit: Visit, ref: str) -> str:
    """Show all answers word for word, those in time and those after."""
    return show(visit, ref=ref)


def show(
    visit: Visit,
    *,
    ref: str,
    number: int | None = None,  # noqa: ARG001 - the answer that was to be attributed
    form: Submitted | None = None,
) -> str:
    """Return the page of the answers, with the forms of those who register them."""
    row = by_ref(visit.session, Hearing, ref)
    paper = hearing_text(visit.session, row)[1]
    bodies = addressees_of(visit.session, row)
    come = _come(visit, row, bodies)
    may_settle = visit.may("hearing.attributed", project=paper.project)
    return render_template(
        "development/hearing_answers.html",
        hearing=row,
        paper=paper,
        groups=[
            ("in_time", [each for each in come if not each.answer.is_late]),
            ("after", [each for each in come if each.answer.is_late]),
        ],
        asked=asked_in(visit.session, row),
        bodies=[(str(each.number), each.name) for each in bodies],
        may_register=row.state in TAKES
        and visit.may("hearing.answered", project=paper.project),
        may_settle=may_settle and row.state in TAKES,
        shows_receipts=may_settle,
        channels=[Channel.LETTER, Channel.EMAIL],
        positions=Position,
        form=form or Submitted(),
    )


@pages.post("/horinger/<ref>/registrer")
@acts("hearing.answered", again=show)
def register(visit: Visit, form: Submitted, ref: str) -> Done:
    """Register a letter or an e-mail with when it came."""
    row = by_ref(visit.session, Hearing, ref)
    said = said_in(form, row, longest=LONGEST)
    channel = form.one_of("channel", [Channel.LETTER, Channel.EMAIL])
    body = form.one_of("body", _numbers(visit, row), needed=False)
    received_at = _received(visit, form, row)
    form.require_sound()
    found = receive_answer(
        visit.session,
        hearing=ref,
        channel=Channel(channel),
        addressee=int(body) if body else None,
        received_at=received_at,
        by=visit.by,
        at=visit.at,
        **said,
    )
    return _done(visit, ref, "hearing.is_registered", number=found.ref)


@pages.post("/horinger/<ref>/svar/<int:number>/instans")
@acts("hearing.attributed", again=show)
def attribute(visit: Visit, form: Submitted, ref: str, number: int) -> Done:
    """Say which of those who were asked an answer is from."""
    row = by_ref(visit.session, Hearing, ref)
    body = form.one_of(f"body-{number}", _numbers(visit, row))
    form.require_sound()
    found = attribute_answer(
        visit.session,
        answer=f"{ref}/{number}",
        addressee=int(body),
        by=visit.by,
        at=visit.at,
    )
    return _done(visit, ref, "hearing.is_attributed", number=found.ref)


def _come(visit: Visit, row: Hearing, bodies: Sequence[Addressee]) -> list[Come]:
    names = {each.id: each.name for each in bodies}
    whose = attributed(visit.session, row)
    return [
        Come(
            answer=each,
            body=names.get(whose[each.id]) if each.id in whose else None,
            positions=sorted(
                (int(number), Position(said)) for number, said in each.positions.items()
            ),
            remarks=[
                (remark, assessment_in_hearing(visit.session, remark))
                for remark in remarks_of(visit.session, each)
            ],
            receipt=receipt_of(each, row),
        )
        for each in hearing_answers(visit.session, row)
    ]


def _numbers(visit: Visit, row: Hearing) -> list[str]:
    return [str(each.number) for each in addressees_of(visit.session, row)]


def _received(visit: Visit, form: Submitted, row: Hearing) -> datetime | None:
    """Return when an answer came: while the hearing is on, and not ahead of now."""
    found = form.instant("received")
    if found and (row.opened_at is None or not row.opened_at <= found <= visit.at):
        form.fault("received-day", "hearing.fault.received")
    return found


def _done(visit: Visit, ref: str, message: str, **values: Any) -> Done:
    where = url_for("hearing_intake.answers", ref=ref)
    return Done(where, visit.say(message, **values))
