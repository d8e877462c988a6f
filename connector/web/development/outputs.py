"""Outputs: what was delivered, what each party stands for, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from apiflask import APIBlueprint
from flask import render_template

from connector.web.development.contents import chapters
from connector.web.development.projects import readable_projects
from connector.web.development.standpoints import concluded
from connector.web.guards import open_to_all
from connector.web.people.rights import (
    is_available,
    reads_output,
    reads_project,
    uncounted,
)
from connector.web.people.unknown import things_unknown
from connector.web.trace.history import entries_for
from connector.web.trace.pictures import picture_of
from connector.web.visits import Visit
from workflows.base import by_ref, get, owned
from workflows.development.documents import (
    Version,
    VersionState,
    content_of,
    versions_of,
)
from workflows.development.outputs import (
    Output,
    OutputState,
    delivered_version,
    handover_of,
    outputs_of,
    project_of,
)
from workflows.development.rounds import Round, rounds_on
from workflows.errors import NotFoundError
from workflows.forms.catalogue import form as form_of
from workflows.people.reading import Matter
from workflows.record.reasons import reasons_for
from workflows.trace.comments import comments
from workflows.trace.federation import foreign_citations
from workflows.trace.outcomes import outcomes, output_states
from workflows.trace.public_copies import has_open_copy
from workflows.trace.uses import uses

pages = APIBlueprint("outputs", __name__, enable_openapi=False)

WITHOUT_TEXT = frozenset({OutputState.PLANNED, OutputState.DROPPED})


@pages.get("/leveranser")
@open_to_all
def listing(visit: Visit) -> str:
    """Show every output by project, with state and standing."""
    groups = [
        (project, outputs_of(visit.session, project))
        for project in readable_projects(visit)
    ]
    return render_template(
        "development/outputs.html",
        groups=[(project, rows) for project, rows in groups if rows],
        states=output_states(visit.session, at=visit.at, without=uncounted(visit)),
    )


@pages.get("/leveranser/<ref>")
@open_to_all
def output(visit: Visit, ref: str) -> str:
    """Show an output; its text and the parties' positions to those who may read it."""
    row = by_ref(visit.session, Output, ref)
    project = project_of(visit.session, row)
    if not reads_project(visit, project):
        raise NotFoundError("Output", ref)
    return render_template(
        "development/output.html",
        output=row,
        project=project,
        state_now=output_states(
            visit.session, outputs=[ref], at=visit.at, without=uncounted(visit)
        )[ref],
        **_text(visit, row),
        **_afterwards(visit, row),
        rounds=_rounds(visit, row),
        history=entries_for(visit, ref),
        picture=picture_of(visit, ref),
    )


def _text(visit: Visit, row: Output) -> dict[str, Any]:
    """Return the version with its content and the three columns, when readable."""
    is_readable = row.state not in WITHOUT_TEXT and reads_output(visit, row)
    version = _version(visit, row) if is_readable else None
    told: dict[str, Any] = {"version": version, "chapters": [], "columns": []}
    if version:
        form = form_of("output")
        found = chapters(form, version.values, language=row.language)
        # The head's facts stand at the top of the page already.
        told["chapters"] = [chapter for chapter in found if chapter.key != "head"]
        told["columns"] = concluded(visit.session, version)
        told["fingerprint"] = _fingerprint(visit, version)
    return told | {"access": _access(visit, row), "copy": _copy(visit, row)}


def _copy(visit: Visit, row: Output) -> Version | None:
    """The newest version with a masked copy that is open to all, None without one."""
    found = versions_of(visit.session, row.ref) if row.state not in WITHOUT_TEXT else []
    copied = [each for each in found if has_open_copy(visit.session, each)]
    return copied[-1] if copied else None


def _version(visit: Visit, row: Output) -> Version | None:
    """The newest that was agreed on; the decision line has what it was given."""
    given = handover_of(visit.session, row, at=visit.at)
    if given and not visit.reads(Matter.DELIVERED_OUTPUT):
        return get(visit.session, Version, given.version_id)
    return delivered_version(visit.session, row) or _newest_known(visit, row)


def _newest_known(visit: Visit, row: Output) -> Version | None:
    """The newest that was shared or is the visitor's to write; None without any."""
    writes = visit.reads(Matter.DRAFT)
    known = [
        each
        for each in versions_of(visit.session, row.ref)
        if writes or each.state is not VersionState.DRAFT
    ]
    return known[-1] if known else None


def _fingerprint(visit: Visit, version: Version) -> str | None:
    if version.state == "draft":
        return None
    found: str = content_of(visit.session, version).fingerprints["document"]
    return found


def _access(visit: Visit, row: Output) -> dict[str, Any]:
    """Return why a text is exempt, which is told also to those who may not read it."""
    version = None if row.state in WITHOUT_TEXT else _version(visit, row)
    values = version.values if version else {}
    return {key: values.get(f"o_access{key}") for key in ("", "_basis", "_reason")}


def _afterwards(visit: Visit, row: Output) -> dict[str, Any]:
    hidden = things_unknown(visit)
    used = uses(visit.session, outputs=[row.ref], at=visit.at)
    links = foreign_citations(visit.session, at=visit.at)
    later = owned(visit.session, Output).where(Output.supersedes == row.ref)
    return {
        "handover": handover_of(visit.session, row, at=visit.at),
        "uses": [use for use in used if use.case not in hidden],
        "citations": [each for each in links if each.output == row.ref],
        **_decided(visit, row, hidden),
        "reasons": reasons_for(visit.session, row.ref),
        "superseded_by": visit.session.scalars(later).first(),
    }


def _decided(visit: Visit, row: Output, hidden: set[str]) -> dict[str, Any]:
    """Return the outcomes of an output, and what the parties said of them."""
    found = [
        each
        for each in outcomes(visit.session, outputs=[row.ref], at=visit.at)
        if each.case not in hidden
    ]
    about = {each.about for each in found}
    said = comments(visit.session, at=visit.at)
    return {
        "outcomes": found,
        "comments": [each for each in said if each.about in about],
    }


def _rounds(visit: Visit, row: Output) -> Sequence[Round]:
    """Rounds with their dates follow a handed-over output; before that, they do not."""
    is_known = visit.reads(Matter.ROUND) or visit.reads(Matter.HANDED_OVER_OUTPUT)
    if row.state in WITHOUT_TEXT or not is_known:
        return []
    return [each for each in rounds_on(visit.session, row.ref) if is_available(each)]
