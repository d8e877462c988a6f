"""References that a visitor may not know of, so that no list of acts tells of them.

Versions that nobody has shared are known to those who write them; ideas, rounds that
are only planned and exempt cases to those of the matrix. For one thing see `rights.py`.
"""

from __future__ import annotations

from connector.web.people.rights import hidden_from, is_available, reads_version
from connector.web.visits import Visit
from workflows.base import all_of, owned
from workflows.development.documents import Version, VersionState, document_of
from workflows.development.matters import IDEAS
from workflows.development.projects import Project
from workflows.development.rounds import Round
from workflows.people.reading import Matter


def drafts_unknown(visit: Visit) -> set[str]:
    """Return the versions that were never shared, to those who do not write them."""
    query = owned(visit.session, Version).where(Version.state == VersionState.DRAFT)
    return {
        row.ref
        for row in visit.session.scalars(query)
        if not reads_version(visit, row, document_of(visit.session, row))
    }


def things_unknown(visit: Visit) -> set[str]:
    """Return the ideas, planned rounds and exempt cases that are not the visitor's."""
    return _ideas(visit) | _planned(visit) | _of_cases(visit)


def _ideas(visit: Visit) -> set[str]:
    if visit.reads(Matter.IDEA):
        return set()
    return {row.ref for row in all_of(visit.session, Project) if row.state in IDEAS}


def _planned(visit: Visit) -> set[str]:
    if visit.reads(Matter.DRAFT):
        return set()
    return {row.ref for row in all_of(visit.session, Round) if not is_available(row)}


def _of_cases(visit: Visit) -> frozenset[str]:
    """An exempt case hides all that is in it."""
    hidden = hidden_from(visit)
    return hidden.cases | hidden.parts
