"""The record of a thing: what was done to it, when, and in which capacity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apiflask import APIBlueprint
from flask import render_template

from connector.web.guards import open_to_all
from connector.web.people.unknown import drafts_unknown, things_unknown
from connector.web.visits import Visit
from workflows.consultations import consultations_for
from workflows.development.seals import TELLING, sealed_assessments, sealed_rounds
from workflows.errors import NotFoundError
from workflows.people.reading import Matter
from workflows.record.entries import Entry, history

pages = APIBlueprint("history", __name__, enable_openapi=False)

MATTERS = {
    "case.drafted": Matter.CASE_DRAFT,
    "access": Matter.ACCESS_CLASS,
    "request": Matter.ACCESS_REQUEST,
    "glass": Matter.BREAK_GLASS,
    "audit": Matter.AUDIT,
    "outcome.proposed": Matter.CASE_DRAFT,
    "round": Matter.ROUND,
    "remark": Matter.ROUND,
    "hearing": Matter.ROUND,
    "guest": Matter.PEOPLE,
    "version": Matter.ROUND,
    "document": Matter.ROUND,
    "consent": Matter.ROUND,
    "assessment": Matter.PARITY,
    "consultation": Matter.CONSULTATION,
    "room": Matter.ROUND,
    "forum": Matter.FORUM,
    "mandate": Matter.PEOPLE,
    "person": Matter.PEOPLE,
    "report": Matter.REPORT,
}


@dataclass(frozen=True, kw_only=True)
class Act:
    """One line of the record; `role` and `party` are codes, never a name."""

    seq: int
    at: datetime
    type: str
    subject: str
    role: str
    party: str | None
    states: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Unseen:
    """What decides whether a visitor is told of an act: references by reason.

    `talks` are the drøftinger that are told of, the other three what is not.
    """

    sealed: frozenset[str]
    talks: frozenset[str]
    drafts: frozenset[str]
    things: frozenset[str]


@pages.get("/historikk/<path:ref>")
@open_to_all
def log(visit: Visit, ref: str) -> str:
    """Show the record of one reference, oldest first."""
    entries = entries_for(visit, ref)
    if not entries:
        raise NotFoundError("reference", ref)
    return render_template("trace/history.html", ref=ref, entries=entries)


def entries_for(visit: Visit, ref: str) -> list[Act]:
    """Return the acts that touched a thing, those that the visitor may know of.

    While a round or a self-assessment is sealed nobody sees who has answered or opened
    it (INV-04). A drøfting is told to others when it is recorded.
    """
    unseen = _unseen(visit)
    if ref in unseen.drafts | unseen.things:
        return []
    found = history(visit.session, ref)
    return [act_of(entry) for entry in found if _is_visible(visit, entry, unseen)]


def _unseen(visit: Visit) -> Unseen:
    return Unseen(
        sealed=frozenset(_sealed(visit)),
        talks=frozenset(_consultations(visit)),
        drafts=frozenset(drafts_unknown(visit)),
        things=frozenset(things_unknown(visit)),
    )


def _sealed(visit: Visit) -> set[str]:
    rounds = sealed_rounds(visit.session, at=visit.at)
    return {*rounds.values(), *sealed_assessments(visit.session).values()}


def _consultations(visit: Visit) -> set[str]:
    hat = visit.hat if visit.holds else None
    return {row.ref for row in consultations_for(visit.session, hat, at=visit.at)}


def _is_visible(visit: Visit, entry: Entry, unseen: Unseen) -> bool:
    if entry.type in TELLING and entry.subject in unseen.sealed:
        return False
    if entry.type.startswith("consultation.") and entry.subject not in unseen.talks:
        return False
    if entry.subject in unseen.drafts or not unseen.things.isdisjoint(entry.refs):
        return False
    kind = entry.type.split(".", maxsplit=1)[0]
    matter = MATTERS.get(entry.type) or MATTERS.get(kind, Matter.PROJECT)
    return visit.reads(matter)


def act_of(entry: Entry) -> Act:
    """Return an entry as a line that names nobody."""
    return Act(
        seq=entry.seq,
        at=entry.at,
        type=entry.type,
        subject=entry.subject,
        role=entry.by["role"],
        party=entry.by["party"],
        states=entry.states,
    )
