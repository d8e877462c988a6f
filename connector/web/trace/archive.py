"""The archive's page: what belongs to no archive case, and the packages to take out."""

from __future__ import annotations

from collections import Counter
from typing import Final

from apiflask import APIBlueprint
from flask import Response, render_template

from connector.exports.documentation_plan import plan_docx, plan_json
from connector.library.archive_packages import Request, archive_package
from connector.library.folder import FolderLibrary
from connector.web.guards import reads
from connector.web.trace.questions import answered
from connector.web.visits import Visit, installation
from workflows.base import all_of
from workflows.development.projects import Project
from workflows.errors import NotFoundError
from workflows.people.reading import Matter
from workflows.trace.archive import archive_texts

WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PLANS = {"docx": (plan_docx, WORD), "json": (plan_json, "application/json")}

pages = APIBlueprint("archive", __name__, enable_openapi=False)


@pages.get("/arkiv")
@reads(Matter.ARCHIVE)
def listing(visit: Visit) -> str:
    """Show the gaps, and each project that has texts for the archive."""
    texts = archive_texts(visit.session, at=visit.at)
    counted = Counter(text.paper.project for text in texts)
    projects = all_of(visit.session, Project, Project.ref)
    return render_template(
        "trace/archive.html",
        gaps=answered(visit, "archive-gaps").rows,
        packages=[(one, counted[one.ref]) for one in projects if counted[one.ref]],
    )


@pages.get("/arkiv/<project>.zip")
@reads(Matter.ARCHIVE)
def package(visit: Visit, project: str) -> Response:
    """Return the package of a project, with what is exempt."""
    house = installation()
    request = Request(
        project=project,
        at=visit.at,
        library=FolderLibrary(house.config.library),
        templates=house.templates,
        for_archive=True,
    )
    data = archive_package(visit.session, request)
    return _file(data, "application/zip", f"{project}.zip")


@pages.get("/arkiv/plan.<ending>")
@reads(Matter.ARCHIVE)
def plan(visit: Visit, ending: str) -> Response:
    """Return the extract for the documentation plan."""
    if ending not in PLANS:
        raise NotFoundError("plan", ending)
    make, kind = PLANS[ending]
    data = make(visit.municipality.name, on=visit.today, language=visit.language)
    return _file(data, kind, f"dokumentasjonsplan.{ending}")


def _file(data: bytes, kind: str, name: str) -> Response:
    told = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, content_type=kind, headers=told)
