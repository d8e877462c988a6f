"""Whether a visitor may read a certain project, output, text, case or round.

Which matter each of them is today is told in `workflows.development.matters`.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from connector.web.visits import Visit
from workflows.base import get
from workflows.decision.cases import Case
from workflows.development.documents import Document, Version, document_of
from workflows.development.drafting_groups import reads_mandate_draft
from workflows.development.hearings import Hearing
from workflows.development.matters import (
    facts_of,
    matter_of_output,
    matter_of_project,
    matter_of_version,
)
from workflows.development.outputs import Output
from workflows.development.projects import Project
from workflows.development.remarks import Remark
from workflows.development.rounds import Round
from workflows.development.seals import is_sealed
from workflows.errors import NotFoundError
from workflows.law.references import exemptions
from workflows.people.reading import Matter
from workflows.trace.status_only import NOTHING, Hidden, exempt_cases


def reads_project(visit: Visit, project: Project) -> bool:
    """Return whether the visitor may know of a project; ideas are not published."""
    return visit.reads(matter_of_project(project.state))


def reads_output(visit: Visit, output: Output) -> bool:
    """Return whether the visitor may read what an output says."""
    return visit.reads(matter_of_output(visit.session, output))


def reads_version(visit: Visit, version: Version, paper: Document) -> bool:
    """Return whether the visitor may read a version; of a draft also who drafts it."""
    matter = matter_of_version(visit.session, version, paper)
    if matter is Matter.MANDATE_DRAFT and paper.project:
        return matter in visit.emergency or reads_mandate_draft(
            visit.session, visit.hat, paper.project, at=visit.at
        )
    if matter is Matter.REPORT and is_published_report(visit.session, version):
        return True
    return visit.reads(matter)


def require_version(visit: Visit, version: Version, paper: Document) -> None:
    """Raise `NotFoundError` unless the visitor may read a version.

    Versions are numbered, so one that is not theirs is told as one that is not there.
    """
    if not reads_version(visit, version, paper):
        raise NotFoundError("Version", version.ref)


def reads_case(visit: Visit, case: Case) -> bool:
    """Return whether the visitor may read a case; the exempt ones are for a few."""
    return visit.reads(Matter.RESTRICTED_CASE if case.restricted else Matter.CASE)


def hidden_from(visit: Visit) -> Hidden:
    """Return the cases that the visitor may not read, and all that is in them."""
    reads_all = visit.reads(Matter.RESTRICTED_CASE)
    return NOTHING if reads_all else exempt_cases(visit.session)


def uncounted(visit: Visit) -> frozenset[str]:
    """Return the cases that no state of an output may tell the visitor of.

    Those who follow the rounds are told how a hidden case stands, and nothing else of
    it; others are not told that there is one.
    """
    is_told = visit.reads(Matter.ROUND)
    return frozenset() if is_told else hidden_from(visit).cases


def reads_remark(visit: Visit, remark: Remark) -> bool:
    """Return whether a remark may be read; a sealed one is its party's alone."""
    if is_sealed(get(visit.session, Round, remark.round_id), at=visit.at):
        own = visit.hat.party if visit.hat else None
        return visit.reads(Matter.ROUND) and own is not None and own is remark.party
    return visit.reads(Matter.ROUND)


def reads_hearing(visit: Visit, hearing: Hearing) -> bool:
    """Return whether a hearing is known to the visitor: a public one when it opened."""
    is_out = hearing.is_public and hearing.opened_at is not None
    return is_out or visit.reads(Matter.ROUND)


def exemption_options(visit: Visit) -> list[tuple[str, str]]:
    """Return the exemptions in force today, each with its section and its words."""
    return [
        (row.code, f"{row.section}: {row.nn if visit.language == 'nn' else row.nb}")
        for row in exemptions(on=visit.today)
    ]


def is_available(review: Round) -> bool:
    """Return whether a round's text has been given to the parties (INV-02)."""
    return review.made_available_at is not None


def is_published_report(session: Session, version: Version) -> bool:
    """Return whether a status report is open to the public."""
    paper = document_of(session, version)
    return facts_of(session, version, paper).is_marked_public
