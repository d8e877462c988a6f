"""What follows when the three parties have taken their stand on a version.

The one place where a round or a forum meeting moves a mandate, an agreement or an
output on. A text is agreed only when each party has consented to that same text.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from workflows.base import by_ref
from workflows.development.agreements import ALLOWED as AGREEMENT_STEPS
from workflows.development.agreements import Agreement, AgreementState
from workflows.development.consents import record_consents
from workflows.development.documents import (
    Document,
    Version,
    agree,
    agreed_version,
    document_of,
    set_aside,
)
from workflows.development.outputs import (
    Output,
    OutputKind,
    deliver,
    send_on_round,
    take_back,
)
from workflows.development.positions import (
    PartyPosition,
    Standing,
    View,
    all_consent,
    is_open,
    standing,
)
from workflows.development.projects import ALLOWED as PROJECT_STEPS
from workflows.development.projects import Project, ProjectState
from workflows.people.kinds import Party
from workflows.record.states import move


@dataclass(frozen=True, kw_only=True)
class Said:
    """A party's view, and the mandate that it was spoken under."""

    view: View
    mandate_id: uuid.UUID


def put_before_parties(session: Session, version: Version) -> list[object]:
    """Move what the version is a text of, now that the parties answer it."""
    paper = document_of(session, version)
    if paper.kind == "mandate":
        project = _project(session, paper)
        move(project, ProjectState.MANDATE_ROUND, PROJECT_STEPS)
        return [project]
    if paper.kind == "agreement":
        return _move_agreement(session, paper, AgreementState.ROUND)
    output = by_ref(session, Output, paper.ref)
    send_on_round(output)
    return [output]


def take_from_parties(session: Session, version: Version) -> list[object]:
    """Set a text aside that the parties had before them; it goes back to work."""
    set_aside(version)
    return [version, *_back_to_work(session, document_of(session, version))]


def conclude(
    session: Session,
    version: Version,
    said: Sequence[Said],
    *,
    said_in: str,
    at: datetime,
    as_split: bool = False,
) -> list[object]:
    """Draw the conclusion of three positions and return the rows that moved.

    What each party said is bound to the words of each section. While a party is silent
    nothing moves (INV-05). A disagreement on a mandate, an
    agreement or a proposal sends the text back to work, unless the steering group wants
    the disagreement itself handed over (`as_split`).
    """
    views = {each.view.party: each.view for each in said}
    spoken = {each.mandate_id: each.view for each in said}
    record_consents(session, version, spoken, at=at)
    if is_open(views):
        return []
    paper = document_of(session, version)
    if not _is_agreed(session, paper, views, as_split=as_split):
        return take_from_parties(session, version)
    former = agreed_version(session, paper.ref)
    agreed = agree(session, version, at=at)
    _keep(session, agreed, said, said_in=said_in, at=at)
    given_way = [former] if former else []
    return [version, agreed, *given_way, *_move_on(session, paper, views, at=at)]


def _is_agreed(
    session: Session, paper: Document, views: Mapping[Party, View], *, as_split: bool
) -> bool:
    if all_consent(views):
        return True
    if paper.kind != "output":
        return False
    output = by_ref(session, Output, paper.ref)
    return as_split or output.kind is not OutputKind.PROPOSAL


def _keep(
    session: Session,
    version: Version,
    said: Sequence[Said],
    *,
    said_in: str,
    at: datetime,
) -> None:
    session.flush()
    session.add_all(
        PartyPosition(
            version_id=version.id,
            mandate_id=each.mandate_id,
            party=each.view.party,
            position=each.view.position,
            dissent=each.view.dissent,
            point=each.view.point,
            said_in=said_in,
            at=at,
        )
        for each in said
    )


def _move_on(
    session: Session, paper: Document, views: Mapping[Party, View], *, at: datetime
) -> list[object]:
    if paper.kind == "mandate":
        project = _project(session, paper)
        move(project, ProjectState.MANDATE_AGREED, PROJECT_STEPS)
        return [project]
    if paper.kind == "agreement":
        return _move_agreement(session, paper, AgreementState.READY_TO_SIGN)
    output = by_ref(session, Output, paper.ref)
    return deliver(session, output, standing=standing(views) or Standing.SPLIT, at=at)


def _back_to_work(session: Session, paper: Document) -> list[object]:
    if paper.kind == "mandate":
        project = _project(session, paper)
        move(project, ProjectState.MANDATE_DRAFT, PROJECT_STEPS)
        return [project]
    if paper.kind == "agreement":
        return _move_agreement(session, paper, AgreementState.DRAFT)
    output = by_ref(session, Output, paper.ref)
    take_back(output)
    return [output]


def _move_agreement(
    session: Session, paper: Document, wanted: AgreementState
) -> list[object]:
    """While a new text is on its way, the agreement in force stays so."""
    agreement = by_ref(session, Agreement, paper.ref)
    if agreement.state not in {AgreementState.AMENDING, wanted}:
        move(agreement, wanted, AGREEMENT_STEPS)
    return [agreement]


def _project(session: Session, paper: Document) -> Project:
    return by_ref(session, Project, paper.project or "")
