"""Changing an open round: together, by one party's extension, or with an override."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from apiflask import APIBlueprint
from flask import url_for

from connector.web.development.rounds import show
from connector.web.forms import Submitted
from connector.web.guards import Done, acts
from connector.web.visits import Visit
from workflows.development.answers import ask_to_close
from workflows.development.late_access import receive_late
from workflows.development.round_changes import (
    Matter,
    agree_to_change,
    override_round,
)
from workflows.development.rounds import extend_round
from workflows.people.kinds import Party

pages = APIBlueprint("round_changes", __name__, enable_openapi=False)


@pages.post("/runder/<ref>/forleng")
@acts("round.extended", again=show)
def extend(visit: Visit, form: Submitted, ref: str) -> Done:
    """Ask for a later deadline for all, once for each party."""
    days = form.number("extend-days", needed=True)
    reason = form.text("extend-reason", needed=True)
    form.require_sound()
    extend_round(
        visit.session,
        review=ref,
        working_days=days or 0,
        reason=reason,
        by=visit.by,
        at=visit.at,
    )
    return _done(visit, ref, "round.is_extended")


@pages.post("/runder/<ref>/enighet")
@acts("round.change_agreed", again=show)
def agree(visit: Visit, form: Submitted, ref: str) -> Done:
    """Say yes, for one's own party, to another deadline or to cancelling."""
    change = _change(form, "agree")
    agree_to_change(
        visit.session,
        review=ref,
        matter=change.matter,
        deadline_at=change.deadline_at,
        by=visit.by,
        at=visit.at,
    )
    return _done(visit, ref, "round.is_agreed")


@pages.post("/runder/<ref>/avslutt")
@acts("round.close_asked", again=show)
def close(visit: Visit, form: Submitted, ref: str) -> Done:  # noqa: ARG001 - no fields
    """Ask, for one's own party, to close before the deadline."""
    ask_to_close(visit.session, review=ref, by=visit.by, at=visit.at)
    return _done(visit, ref, "round.is_close_asked")


@pages.post("/runder/<ref>/overstyr")
@acts("round.overridden", again=show)
def override(visit: Visit, form: Submitted, ref: str) -> Done:
    """Change the round without the three, with a reason that all of them get."""
    reason = form.text("override-reason", needed=True)
    change = _change(form, "override")
    override_round(
        visit.session,
        review=ref,
        matter=change.matter,
        deadline_at=change.deadline_at,
        reason=reason,
        by=visit.by,
        at=visit.at,
    )
    return _done(visit, ref, "round.is_overridden")


@pages.post("/runder/<ref>/mottatt")
@acts("round.received_late", again=show)
def receive(visit: Visit, form: Submitted, ref: str) -> Done:
    """Note that a party got the text later than the others."""
    own = visit.by.party
    party = own or form.choice("late-party", Party)
    received_at = form.instant("late")
    form.require_sound()
    assert party is not None  # noqa: S101 - the form is sound
    assert received_at is not None  # noqa: S101 - the form is sound
    receive_late(
        visit.session,
        review=ref,
        party=party,
        received_at=received_at,
        keep_deadline=form.text("late-keep") or None,
        by=visit.by,
        at=visit.at,
    )
    return _done(visit, ref, "round.is_received")


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a form asks for; `deadline_at` is None for cancelling."""

    matter: Matter
    deadline_at: datetime | None


def _change(form: Submitted, name: str) -> Change:
    """Return the change that a sound form asks for."""
    matter = form.choice(f"{name}-matter", Matter)
    moves = matter is Matter.DEADLINE
    deadline_at = form.instant(name) if moves else None
    form.require_sound()
    return Change(matter=matter or Matter.CANCELLING, deadline_at=deadline_at)


def _done(visit: Visit, ref: str, message: str) -> Done:
    return Done(url_for("rounds.review", ref=ref), visit.say(message))
