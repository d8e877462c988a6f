"""The archive's page: what belongs to no archive case, and the packages to take out.

Copies of one version that are not alike stand there as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from apiflask import APIBlueprint
from flask import Response, render_template, url_for

from connector.exports.documentation_plan import plan_docx, plan_json
from connector.jobs.triggers import PACKAGE
from connector.library.folder import FolderLibrary
from connector.library.reconciliation import Comparison, reconciled
from connector.web.forms import Submitted
from connector.web.guards import Done, acts, reads
from connector.web.progress import Progress, following, follows, progress_of
from connector.web.trace.questions import answered
from connector.web.visits import Visit, installation
from workflows.background.jobs import covers, enqueue, latest
from workflows.base import all_of, by_ref
from workflows.development.projects import Project
from workflows.errors import NotFoundError
from workflows.people.reading import Matter
from workflows.trace.archive import archive_counts, archive_texts

WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PLANS = {"docx": (plan_docx, WORD), "json": (plan_json, "application/json")}

pages = APIBlueprint("archive", __name__, enable_openapi=False)


@dataclass(frozen=True)
class Package:
    """A project's package: how many texts go in, and how the making of it goes."""

    project: Project
    texts: int
    progress: Progress
    is_kept: bool


@pages.get("/arkiv")
@reads(Matter.ARCHIVE)
def listing(visit: Visit) -> str:
    """Show the gaps, and each project that has texts for the archive."""
    counted = archive_counts(visit.session, at=visit.at)
    projects = all_of(visit.session, Project, Project.ref)
    copies = reconciled(visit.session, FolderLibrary(installation().config.library))
    return render_template(
        "trace/archive.html",
        copies=[row for row in copies if row.comparison is not Comparison.SAME],
        gaps=answered(visit, "archive-gaps").rows,
        packages=[
            _package(visit, one, counted[one.ref])
            for one in projects
            if one.ref in counted
        ],
    )


@pages.get("/arkiv/<project>/pakke")
@reads(Matter.ARCHIVE)
def package(visit: Visit, project: str) -> Response:
    """Show how the making of a project's package goes."""
    return show(visit, project=project)


def show(visit: Visit, *, project: str, form: Submitted | None = None) -> Response:
    """Return the page, which is asked for again by itself while the job goes on."""
    texts = archive_texts(visit.session, at=visit.at, project=project)
    found = _package(visit, by_ref(visit.session, Project, project), len(texts))
    page = render_template(
        "trace/package.html",
        package=found,
        follows=follows(found.progress),
        form=form or Submitted(),
    )
    return following(page, found.progress)


@pages.post("/arkiv/<project>/pakke")
@acts("archive.ordered", again=show)
def order(visit: Visit, form: Submitted, project: str) -> Done:
    """Have the package made in the background, as the register is when that begins."""
    form.require_sound()
    by_ref(visit.session, Project, project)
    if not covers(visit.session, PACKAGE, project):
        wall = installation().config.wall()
        key = f"ordered {wall.isoformat()}"
        enqueue(visit.session, PACKAGE, project, key=key, at=wall)
    where = url_for("archive.package", project=project)
    return Done(where, visit.say("archive.ordered", project=project))


@pages.get("/arkiv/<project>/pakke.zip")
@reads(Matter.ARCHIVE)
def package_file(visit: Visit, project: str) -> Response:
    """Return the newest package of a project, with what is exempt."""
    by_ref(visit.session, Project, project)
    data = FolderLibrary(installation().config.library).package_of(project)
    if data is None:
        raise NotFoundError("package", project)
    return _file(data, "application/zip", "arkivpakke.zip")


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


def _package(visit: Visit, project: Project, texts: int) -> Package:
    library = FolderLibrary(installation().config.library)
    return Package(
        project=project,
        texts=texts,
        progress=progress_of(latest(visit.session, PACKAGE, project.ref)),
        is_kept=library.package_of(project.ref) is not None,
    )
