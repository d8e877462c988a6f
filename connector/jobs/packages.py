"""The archive package of a project, with a PDF of each of its texts."""

from __future__ import annotations

from datetime import timedelta

from connector.jobs.kinds import Kind, Work
from connector.jobs.triggers import PACKAGE
from connector.library.archive_packages import Request, archive_package, papers_in
from connector.library.folder import FolderLibrary
from connector.library.given_out import enter_given_out, giving_out, word_files_in


def make_package(work: Work) -> None:
    """Make the package of the project that the job is about, and keep it.

    For the archive, so with what is exempt. Begun again it goes on: each PDF is kept
    when a run of LibreOffice has made it.
    """
    house = work.installation
    library = FolderLibrary(house.config.library)
    request = Request(
        project=work.about,
        at=house.now(),
        library=library,
        templates=house.templates,
        for_archive=True,
    )
    with giving_out(house) as session:
        total = papers_in(session, request)
        work.tell(0, total)
        data = archive_package(
            session, request, progress=lambda done: work.tell(min(done, total), total)
        )
    enter_given_out(house, word_files_in(data))
    library.keep_package(work.about, data)


# LibreOffice gets two minutes, and twenty seconds a file, before it is ended.
PACKAGE_KIND = Kind(name=PACKAGE, do=make_package, lease=timedelta(minutes=40))
