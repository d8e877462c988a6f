"""The archive package of a project, with a PDF of each of its texts."""

from __future__ import annotations

from datetime import timedelta

from connector.jobs.kinds import Kind, Work
from connector.jobs.triggers import PACKAGE
from connector.library.archive_packages import Request, archive_package, papers_in
from connector.library.folder import FolderLibrary


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
    with house.reading() as session:
        total = papers_in(session, request)
        work.tell(0, total)
        data = archive_package(
            session, request, progress=lambda done: work.tell(min(done, total), total)
        )
    library.keep_package(work.about, data)


# LibreOffice gets two minutes, and twenty seconds a file, before it is ended.
PACKAGE_KIND = Kind(name=PACKAGE, do=make_package, lease=timedelta(minutes=40))
