"""Is the use of part-time positions discussed, in a project on full-time work?

What is told is a hint on the checklist, and only of recorded discussions: before that
the elected see nothing of them. Source: arbeidsmiljøloven § 14-1 b (L-42).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from workflows.base import by_ref, owned
from workflows.consultations import consultations_about
from workflows.development.documents import Document
from workflows.development.outputs import outputs_of
from workflows.development.projects import Project
from workflows.people.kinds import FocusArea


def lacks_discussion(session: Session, project: str, *, at: datetime) -> bool:
    """Return whether a project on full-time work has no recorded drøfting.

    One about its outputs, or about one of its other documents, counts.
    """
    row = by_ref(session, Project, project)
    if row.focus is not FocusArea.FULL_TIME:
        return False
    return not any(
        consultations_about(session, ref, at=at) for ref in _papers(session, row)
    )


def _papers(session: Session, row: Project) -> list[str]:
    query = owned(session, Document).where(Document.project == row.ref)
    documents = [paper.ref for paper in session.scalars(query)]
    return [*documents, *(output.ref for output in outputs_of(session, row))]
