"""`samspor archive`: packages for the archive, and the plan of what is kept where."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

import click

from connector.cli.documents import write_file
from connector.cli.progress import progress_bar
from connector.cli.questions import AT, LANGUAGE
from connector.config import Config
from connector.exports.documentation_plan import plan_docx, plan_json
from connector.installation import Installation, open_installation
from connector.library.archive_packages import Request, archive_package, papers_in
from connector.library.folder import FolderLibrary
from connector.library.given_out import enter_given_out, giving_out, word_files_in
from connector.pictures.words import Language
from workflows.base import tenant
from workflows.clock import norwegian_date
from workflows.people.kinds import Role
from workflows.people.mandates import wear
from workflows.people.municipalities import Municipality


@click.command("archive")
@click.argument("project", required=False)
@click.option("--plan", is_flag=True, help="The extract for the documentation plan.")
@click.option("--person", help="The records manager who takes it out.")
@AT
@LANGUAGE
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="P.zip for a package; plan.docx or plan.json for the plan.",
)
@click.pass_obj
def archive_command(
    config: Config,
    project: str | None,
    plan: bool,  # noqa: FBT001 - click's shape
    person: str | None,
    at: datetime | None,
    lang: Language,
    out: Path,
) -> None:
    """Make the archive package of a PROJECT, or with --plan the documentation plan.

    The files of texts that are not open to everybody go in only with --person, who is
    a records manager that day.
    """
    if plan is (project is not None):
        raise click.UsageError("give a PROJECT, or --plan")
    if plan and out.suffix.casefold() not in PLANS:
        raise click.UsageError("--out of a plan ends in .docx or .json")
    installation = open_installation(config)
    moment = at or installation.now()
    with closing(installation.database):
        data = (
            _package(installation, project, person=person, at=moment)
            if project
            else _plan(installation, out, language=lang, at=moment)
        )
    write_file(out, data)
    click.echo(f"{out}  {len(data)} bytes")


def _package(
    installation: Installation, project: str, *, person: str | None, at: datetime
) -> bytes:
    with giving_out(installation) as session:
        if person:
            wear(session, person=person, role=Role.RECORDS_MANAGER, at=at)
        request = Request(
            project=project,
            at=at,
            library=FolderLibrary(installation.config.library),
            templates=installation.templates,
            for_archive=person is not None,
        )
        with progress_bar("Lager PDF/A", papers_in(session, request)) as advance:
            data = archive_package(session, request, progress=advance)
    enter_given_out(installation, word_files_in(data))
    return data


def _plan(
    installation: Installation, out: Path, *, language: Language, at: datetime
) -> bytes:
    with installation.reading() as session:
        municipality = session.get_one(Municipality, tenant(session)).name
    make = PLANS[out.suffix.casefold()]
    return make(municipality, on=norwegian_date(at), language=language)


PLANS = {".docx": plan_docx, ".json": plan_json}
