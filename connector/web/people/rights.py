"""Which matter of the permission matrix a certain output, text, case or round is.

The same thing changes matter as it goes from draft to published; see
`workflows.people.reading` for who reads which.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from connector.web.visits import Visit
from workflows.base import by_ref, get, owned
from workflows.decision.cases import Case
from workflows.development.documents import Document, Version, VersionState
from workflows.development.drafting_groups import reads_mandate_draft
from workflows.development.hearings import Hearing
from workflows.development.outputs import (
    Handover,
    Output,
    OutputState,
    handover_of,
)
from workflows.development.projects import Project, ProjectState
from workflows.development.publication import PUBLIC, openness_of
from workflows.development.remarks import Remark
from workflows.development.rounds import Round
from workflows.development.seals import is_sealed
from workflows.errors import NotFoundError
from workflows.law.references import exemptions
from workflows.people.reading import Matter
from workflows.record.access_classes import AccessClass, decided_access
from workflows.trace.status_only import NOTHING, Hidden, exempt_cases

UNREADY = {
    OutputState.PLANNED: Matter.DRAFT,
    OutputState.IN_WORK: Matter.DRAFT,
    OutputState.DROPPED: Matter.DRAFT,
    OutputState.ROUND: Matter.ROUND,
    OutputState.DELIVERED: Matter.DELIVERED_OUTPUT,
}
IDEAS = frozenset({ProjectState.IDEA, ProjectState.REJECTED_IDEA})


def matter_of_output(session: Session, output: Output) -> Matter:
    """Return what an output's content is: draft, round text, handed over, published."""
    if output.state in UNREADY:
        return UNREADY[output.state]
    handover = handover_of(session, output)
    if handover is None:
        return Matter.DELIVERED_OUTPUT
    return _of_handed_over(session, get(session, Version, handover.version_id))


def matter_of_version(session: Session, version: Version, paper: Document) -> Matter:
    """Return what a version of a document is."""
    if version.state is VersionState.DRAFT:
        return Matter.MANDATE_DRAFT if paper.kind == "mandate" else Matter.DRAFT
    if not version.number.endswith(".0"):
        return Matter.ROUND
    if paper.kind == "output":
        return _of_delivered(session, version, by_ref(session, Output, paper.ref))
    if paper.kind == "status-report":
        return Matter.REPORT
    return _of_agreed(session, version, paper)


def reads_project(visit: Visit, project: Project) -> bool:
    """Return whether the visitor may know of a project; ideas are not published."""
    matter = Matter.IDEA if project.state in IDEAS else Matter.PROJECT
    return visit.reads(matter)


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
    return _is_public(session, version, "s_openness")


def _of_delivered(session: Session, version: Version, output: Output) -> Matter:
    """What the parties have agreed on is the decision line's once it is handed over."""
    if output.state in UNREADY:
        return UNREADY[output.state]
    given = owned(session, Handover).where(Handover.version_id == version.id)
    if session.scalars(given).first() is None:
        return Matter.DELIVERED_OUTPUT
    return _of_handed_over(session, version)


def _of_handed_over(session: Session, version: Version) -> Matter:
    is_public = _is_public(session, version, "o_access")
    return Matter.PUBLISHED_OUTPUT if is_public else Matter.HANDED_OVER_OUTPUT


def _is_public(session: Session, version: Version, field: str) -> bool:
    """Return what the archive decided, else what the text says in a field."""
    if decided := decided_access(session, version.ref.rpartition("@")[0]):
        return decided.access is AccessClass.PUBLIC
    return version.values.get(field) == PUBLIC


def _of_agreed(session: Session, version: Version, paper: Document) -> Matter:
    openness = openness_of(session, version, paper)
    is_signed = paper.kind == "mandate" or version.state is not VersionState.TO_SIGN
    if openness != PUBLIC or not is_signed:
        return Matter.UNSIGNED_AGREEMENT
    return Matter.MANDATE if paper.kind == "mandate" else Matter.AGREEMENT
