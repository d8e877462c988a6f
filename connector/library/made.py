"""Documents that the register writes: a function a kind, and one way to a Word file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Protocol

from sqlalchemy.orm import Session

from connector.library.basis import basis_values, case_language
from connector.library.delivery import Delivery, plain
from connector.library.final_reports import ending_projects, final_values
from connector.library.follow_up_reports import ALL, follow_up_values
from connector.library.forum_minutes import held_meetings, minutes_values
from connector.library.handover_notes import handover_values
from connector.pictures.words import Language
from connector.record.proofs import NO_PROOF, Proof, proof_of
from templates_docx.citations import with_citations
from templates_docx.compile import template
from templates_docx.store import Identity
from workflows.base import by_ref, tenant
from workflows.clock import at_oslo, norwegian_date
from workflows.decision.cases import cases
from workflows.development.outputs import Output, project_of
from workflows.development.projects import Project
from workflows.forms.catalogue import form
from workflows.people.municipalities import Municipality
from workflows.trace.uses import handovers

COMMON = "felles"
DECISION_LINE = "beslutningslinja"
_LAST_MOMENT = time(23, 59, 59)
_TERTIALS = (4, 30), (8, 31), (12, 31)


class Values(Protocol):
    """Returns the values of a document about a reference, as known at an instant."""

    def __call__(
        self, session: Session, ref: str, /, *, language: Language, at: datetime
    ) -> dict[str, Any]:
        """Return the values."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """A kind of document that the register writes, and what it is about."""

    values: Values
    language: Callable[[Session, str], str]
    folder: Callable[[Session, str], str]


def made(
    session: Session,
    kind: str,
    ref: str,
    *,
    at: datetime,
    language: Language | None = None,
    own: Mapping[str, Any] | None = None,
) -> Delivery:
    """Return the Word file of a kind about a reference, as known at `at`.

    Its language is that of what it is about, when none is asked for. `own` is what a
    person has written in it.

    Raises:
        WorkflowError: there is no such thing, or it has not come so far.
    """
    chosen = language or language_for(session, kind, ref)
    values = values_of(session, kind, ref, language=chosen, at=at) | dict(own or {})
    proof = proof_of(session, ref, language=chosen)
    return Delivery(
        name=_name(session, kind, ref, language=chosen, at=at),
        data=filled(kind, ref, values, language=chosen, at=at, proof=proof),
        values=values,
        kind=kind,
    )


def values_of(
    session: Session, kind: str, ref: str, *, language: Language, at: datetime
) -> dict[str, Any]:
    """Return the values of a document, with the municipality at its head."""
    prefix = form(kind).prefix
    own = MADE[kind].values(session, ref, language=language, at=at)
    return {f"{prefix}municipality": _municipality(session).name, **own}


def filled(
    kind: str,
    ref: str,
    values: Mapping[str, Any],
    *,
    language: str,
    at: datetime,
    proof: Proof = NO_PROOF,
) -> bytes:
    """Return the Word file of values, with the outputs it names as citations."""
    identity = Identity(
        document=f"{kind}:{ref}",
        version=norwegian_date(at).isoformat(),
        record=proof.record,
        record_line=proof.line,
    )
    data = template(kind, language).fill(values, identity=identity)
    own = {"h_ref": (ref, values["h_version"])} if "h_version" in values else {}
    return with_citations(data, form(kind), values, more=own)


def language_for(session: Session, kind: str, ref: str) -> Language:
    """Return the written standard of what a document is about."""
    return _known(MADE[kind].language(session, ref))


@dataclass(frozen=True)
class Paper:
    """A document to be made: kind, what it is about, and as known when."""

    kind: str
    ref: str
    at: datetime


def all_made(session: Session, *, at: datetime) -> Iterator[Paper]:
    """Yield every document that there is reason to make.

    A follow-up report is made for each tertial that is over.
    """
    for _, output in handovers(session, at=at):
        yield Paper("handover-note", output.ref, at)
    for meeting in held_meetings(session, at=at):
        yield Paper("meeting-minutes", meeting, at)
    for case in cases(session, at=at):
        yield Paper("basis", case.ref, at)
    for project in ending_projects(session, at=at):
        yield Paper("final-report", project, at)
    for end in _tertials(session, at=at):
        yield Paper("decision-follow-up", ALL, end)


def _tertials(session: Session, *, at: datetime) -> list[datetime]:
    first = min((case.registered_on for case in cases(session, at=at)), default=None)
    if first is None:
        return []
    ends = [
        at_oslo(date(year, month, day), _LAST_MOMENT)
        for year in range(first.year, norwegian_date(at).year + 1)
        for month, day in _TERTIALS
    ]
    return [end for end in ends if first <= norwegian_date(end) and end <= at]


def _name(session: Session, kind: str, ref: str, *, language: str, at: datetime) -> str:
    """Name files by kind, reference and language; a report by its last day too."""
    day = norwegian_date(at).isoformat() if kind == "decision-follow-up" else ""
    parts = [plain(form(kind).name.nb), plain(ref), day, language]
    folder = MADE[kind].folder(session, ref)
    return f"{folder}/{'_'.join(filter(None, parts))}.docx"


def _municipality(session: Session) -> Municipality:
    found = session.get(Municipality, tenant(session))
    assert found is not None  # noqa: S101 - a session works for one that is there
    return found


def _known(language: str) -> Language:
    return "nn" if language == "nn" else "nb"


def _of_output(session: Session, ref: str) -> str:
    return by_ref(session, Output, ref).language


def _of_project(session: Session, ref: str) -> str:
    return by_ref(session, Project, ref).language


def _of_municipality(session: Session, _ref: str) -> str:
    return _municipality(session).language


def _project_folder(session: Session, ref: str) -> str:
    return plain(project_of(session, by_ref(session, Output, ref)).ref).upper()


def _own_folder(_session: Session, ref: str) -> str:
    return plain(ref).upper()


def _shared_folder(_session: Session, _ref: str) -> str:
    return COMMON


def _decision_folder(_session: Session, _ref: str) -> str:
    return DECISION_LINE


MADE: Mapping[str, Made] = {
    "handover-note": Made(
        values=handover_values, language=_of_output, folder=_project_folder
    ),
    "basis": Made(values=basis_values, language=case_language, folder=_decision_folder),
    "meeting-minutes": Made(
        values=minutes_values, language=_of_municipality, folder=_shared_folder
    ),
    "final-report": Made(values=final_values, language=_of_project, folder=_own_folder),
    "decision-follow-up": Made(
        values=follow_up_values, language=_of_municipality, folder=_decision_folder
    ),
}
