"""The text of one version of a document, as the parties have it."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from connector.web.development.contents import chapters
from connector.web.guards import open_to_all
from connector.web.people.rights import require_version
from connector.web.visits import Visit
from workflows.base import by_ref, owned
from workflows.development.documents import (
    Version,
    VersionState,
    content_of,
    document_of,
)
from workflows.development.rounds import Round
from workflows.forms.catalogue import form as form_of

pages = APIBlueprint("documents", __name__, enable_openapi=False)


@pages.get("/dokumenter/<ref>")
@open_to_all
def version(visit: Visit, ref: str) -> str | Response:
    """Show a version to those who may read it; one on a round on the round's page.

    Versions are numbered, so one that is not theirs is told as one that is not there.
    """
    row = by_ref(visit.session, Version, ref)
    paper = document_of(visit.session, row)
    require_version(visit, row, paper)
    if row.state is VersionState.FROZEN and (review := _round_on(visit, row)):
        # The round's page notes when a party first opened the text.
        return redirect(url_for("rounds.review", ref=review.ref), 303)
    is_frozen = row.state is not VersionState.DRAFT
    return render_template(
        "development/document.html",
        version=row,
        paper=paper,
        content=content_of(visit.session, row) if is_frozen else None,
        chapters=chapters(form_of(paper.kind), row.values, language=paper.language),
    )


def _round_on(visit: Visit, row: Version) -> Round | None:
    query = owned(visit.session, Round).where(Round.version_id == row.id)
    return visit.session.scalars(query).first()
