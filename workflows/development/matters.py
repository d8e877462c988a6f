"""Which matter of the reading matrix a project, an output or a version is, today.

The same thing changes matter as it goes from draft to published; see
`workflows.people.reading` for who reads which. Nothing here depends on the clock: what
changes a matter is an act, or what fell due and was swept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from workflows.base import by_ref, get, owned
from workflows.development.documents import Document, Version, VersionState
from workflows.development.outputs import Handover, Output, OutputState, handover_of
from workflows.development.projects import ProjectState
from workflows.development.publication import OPENNESS, PUBLIC
from workflows.people.reading import Matter
from workflows.record.access_classes import decided_access

UNREADY = {
    OutputState.PLANNED: Matter.DRAFT,
    OutputState.IN_WORK: Matter.DRAFT,
    OutputState.DROPPED: Matter.DRAFT,
    OutputState.ROUND: Matter.ROUND,
    OutputState.DELIVERED: Matter.DELIVERED_OUTPUT,
}
IDEAS = frozenset({ProjectState.IDEA, ProjectState.REJECTED_IDEA})


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What decides the matter of a version x.0, whose document is of a kind.

    `decided` is the access class that the archive decided last, `said` what the text
    says of its own openness; `output` is the state of the output that it is a text of.
    """

    kind: str
    state: VersionState
    decided: str | None = None
    said: str | None = None
    output: OutputState | None = None
    is_handed_over: bool = False

    @property
    def is_marked_public(self) -> bool:
        """Whether archive or text says that it is public; silence does not."""
        return self._openness == PUBLIC

    @property
    def is_open(self) -> bool:
        """Whether neither archive nor text says that it is not public."""
        return self._openness in {PUBLIC, None}

    @property
    def _openness(self) -> str | None:
        return self.decided or self.said


def matter_of_project(state: ProjectState) -> Matter:
    """Return what it is that there is a project; ideas are not published."""
    return Matter.IDEA if state in IDEAS else Matter.PROJECT


def matter_of_output(session: Session, output: Output) -> Matter:
    """Return what an output's content is: draft, round text, handed over, published."""
    if output.state in UNREADY:
        return UNREADY[output.state]
    handover = handover_of(session, output)
    if handover is None:
        return Matter.DELIVERED_OUTPUT
    version = get(session, Version, handover.version_id)
    paper = get(session, Document, version.document_id)
    return _of_handed_over(facts_of(session, version, paper))


def matter_of_version(session: Session, version: Version, paper: Document) -> Matter:
    """Return what a version of a document is."""
    if version.state is VersionState.DRAFT:
        return Matter.MANDATE_DRAFT if paper.kind == "mandate" else Matter.DRAFT
    if not version.number.endswith(".0"):
        return Matter.ROUND
    return matter_of(facts_of(session, version, paper))


def matter_of(facts: Facts) -> Matter:
    """Return what a version x.0 is, by the facts of it."""
    if facts.kind == "output":
        return _of_delivered(facts)
    if facts.kind == "status-report":
        return Matter.REPORT
    is_signed = facts.kind == "mandate" or facts.state is not VersionState.TO_SIGN
    if not facts.is_open or not is_signed:
        return Matter.UNSIGNED_AGREEMENT
    return Matter.MANDATE if facts.kind == "mandate" else Matter.AGREEMENT


def facts_of(session: Session, version: Version, paper: Document) -> Facts:
    """Return the facts of a version x.0."""
    is_output = paper.kind == "output"
    decided = decided_access(session, paper.ref)
    return Facts(
        kind=paper.kind,
        state=version.state,
        decided=decided.access.value if decided else None,
        said=said_in(version.values, paper.kind),
        output=by_ref(session, Output, paper.ref).state if is_output else None,
        is_handed_over=is_output and _is_handed_over(session, version),
    )


def said_in(values: Mapping[str, Any], kind: str) -> str | None:
    """Return what a text says of its openness, None where it says nothing."""
    field = OPENNESS.get(kind, "")
    return (values[field] or "") if field in values else None


def _is_handed_over(session: Session, version: Version) -> bool:
    given = owned(session, Handover).where(Handover.version_id == version.id)
    return session.scalars(given).first() is not None


def _of_delivered(facts: Facts) -> Matter:
    """What the parties have agreed on is the decision line's once it is handed over."""
    if facts.output in UNREADY:
        return UNREADY[facts.output]
    return _of_handed_over(facts) if facts.is_handed_over else Matter.DELIVERED_OUTPUT


def _of_handed_over(facts: Facts) -> Matter:
    is_public = facts.is_marked_public
    return Matter.PUBLISHED_OUTPUT if is_public else Matter.HANDED_OVER_OUTPUT
