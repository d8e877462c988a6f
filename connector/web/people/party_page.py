"""«Min part»: what waits for one's own party now, and what it has been told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from apiflask import APIBlueprint
from flask import render_template

from connector.web.development.consents import fallen
from connector.web.development.rounds import has_answered
from connector.web.development.signing import unsigned
from connector.web.guards import offers
from connector.web.people.told import told
from connector.web.trace.waiting import open_rounds
from connector.web.visits import Visit
from workflows.base import all_of, owned
from workflows.consultations import (
    Consultation,
    ConsultationState,
    consultations_for,
)
from workflows.development.agreements import Agreement
from workflows.development.assessments import AssessmentState, SelfAssessment
from workflows.development.rounds import text_of
from workflows.people.kinds import Party
from workflows.people.mandates import WARNED_BEFORE, Mandate, holder_of

pages = APIBlueprint("party", __name__, enable_openapi=False)


@dataclass(frozen=True, kw_only=True)
class OpenRound:
    """An open round as one party sees it."""

    ref: str
    title: str
    language: str
    deadline_at: datetime
    is_answered: bool


@pages.get("/min-part")
@offers("room.used")
def mine(visit: Visit) -> str:
    """Show what waits for the party behind the hat."""
    party = visit.by.require_party()
    return render_template(
        "people/party.html",
        party=party,
        rounds=_rounds(visit),
        fallen=fallen(visit, party),
        lacking=_lacking(visit, party),
        talks=_talks(visit),
        assessments=open_assessments(visit),
        ending=_ending(visit, party),
        notices=told(visit),
    )


def open_assessments(visit: Visit) -> list[SelfAssessment]:
    """Return the self-assessments that take answers now, the first deadline first."""
    rows = all_of(visit.session, SelfAssessment, SelfAssessment.deadline_at)
    is_open = AssessmentState.OPEN
    return [row for row in rows if row.state is is_open and row.deadline_at > visit.at]


def _rounds(visit: Visit) -> list[OpenRound]:
    found = []
    for row in open_rounds(visit):
        paper = text_of(visit.session, row)[1]
        found.append(
            OpenRound(
                ref=row.ref,
                title=paper.title,
                language=paper.language,
                deadline_at=row.deadline_at,
                is_answered=has_answered(visit, row),
            )
        )
    return found


def _lacking(visit: Visit, party: Party) -> list[tuple[Agreement, list[str]]]:
    found = []
    for row in all_of(visit.session, Agreement, Agreement.ref):
        names = [
            each.organisation
            for each in unsigned(visit.session, row)
            if each.party is party
        ]
        if names:
            found.append((row, names))
    return found


def _talks(visit: Visit) -> list[Consultation]:
    """Return the drøftinger that are under way; the elected are no party in them."""
    rows = consultations_for(visit.session, visit.by, at=visit.at)
    return [row for row in rows if row.state is not ConsultationState.RECORDED]


def _ending(visit: Visit, party: Party) -> list[tuple[Mandate, str]]:
    query = owned(visit.session, Mandate).where(
        Mandate.party == party,
        Mandate.valid_to >= visit.today,
        Mandate.valid_to <= visit.today + WARNED_BEFORE,
    )
    rows = visit.session.scalars(query.order_by(Mandate.valid_to, Mandate.ref))
    return [(row, holder_of(visit.session, row.id).name) for row in rows]
