"""An archive package of a project: what the archive is to have, with its metadata.

Every text that was agreed on, signed or handed over goes in as the Word file that was
delivered and as PDF/A, with the handover note beside what was handed over. A PDF is
made once and kept in the library, so that the same record gives the same package.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy.orm import Session

from connector.exports.fiks_arkiv import (
    ARCHIVE_FORMAT,
    EXEMPT,
    PRODUCTION,
    ArchiveFile,
    CaseLink,
    Description,
    Folder,
    Note,
    Registration,
    archive_xml,
    checksums,
)
from connector.exports.pdf import to_pdf
from connector.library.delivery import as_before, delivery_of
from connector.library.folder import FolderLibrary
from connector.library.made import made
from connector.library.own_templates import OwnTemplates
from templates_docx.package import packed, write
from workflows.base import by_ref, tenant
from workflows.clock import norwegian_date
from workflows.decision.cases import ARCHIVE_NUMBER, cases
from workflows.development.documents import content_of
from workflows.development.projects import Project
from workflows.development.rounds import rounds_on
from workflows.people.municipalities import Municipality
from workflows.trace.archive import ArchiveText, Reached, archive_texts
from workflows.trace.archive_shielding import shielding_of
from workflows.trace.uses import uses

METADATA, MANIFEST, FILES = "arkivstruktur.xml", "manifest-sha256.txt", "dokumenter"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
# Codes of Fiks arkiv, «dokumenttype»; what has none there is a document.
KINDS = {"agreement": "AVTALE", "status-report": "RAPPORT", "handover-note": "NOTAT"}
OTHER = "DOKUMENT"

Progress = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class Request:
    """What package is asked for: of which project, as known when, and for whom.

    Texts that are not open to everybody have their files in it `for_archive` only.
    """

    project: str
    at: datetime
    library: FolderLibrary
    templates: OwnTemplates
    for_archive: bool = False


@dataclass(frozen=True)
class _Paper:
    """A Word file that goes in, and what it is."""

    ref: str
    kind: str
    title: str
    name: str
    data: bytes


def archive_package(
    session: Session, request: Request, *, progress: Progress = lambda _: None
) -> bytes:
    """Return the package as a zip; `progress` is told how many PDF files are made.

    Raises:
        NotFoundError: there is no such project.
        OfficeUnavailableError: LibreOffice is missing or gave up.
    """
    texts = archive_texts(session, at=request.at, project=request.project)
    papers = {
        text.version.ref: list(_papers(session, text, request))
        for text in texts
        if request.for_archive or shielding_of(session, text) is None
    }
    every = [paper for found in papers.values() for paper in found]
    pdfs = _pdfs(request.library, every, progress=progress)
    registrations = [
        _registration(session, text, papers.get(text.version.ref, []), pdfs, request)
        for text in texts
    ]
    return _zipped(_folder(session, request, registrations))


def papers_in(session: Session, request: Request) -> int:
    """Return how many files the package may need a PDF of."""
    texts = archive_texts(session, at=request.at, project=request.project)
    handed_over = sum(text.reached is Reached.HANDED_OVER for text in texts)
    return len(texts) + handed_over


def _papers(session: Session, text: ArchiveText, request: Request) -> Iterator[_Paper]:
    own = delivery_of(session, text.version, at=request.at, templates=request.templates)
    own = as_before(request.library, own)
    kind = KINDS.get(text.paper.kind, OTHER)
    yield _Paper(text.version.ref, kind, text.paper.title, own.name, own.data)
    if text.reached is Reached.HANDED_OVER:
        # As it was handed over then: a later version has a note of its own.
        note = made(session, "handover-note", text.paper.ref, at=text.at)
        ref, kind = f"{text.version.ref}:{note.kind}", KINDS[note.kind]
        name = f"{note.name.removesuffix('.docx')}_{text.version.number}.docx"
        yield _Paper(ref, kind, text.paper.title, name, note.data)


def _pdfs(
    library: FolderLibrary, papers: Sequence[_Paper], *, progress: Progress
) -> dict[str, bytes]:
    """Return SHA-256 of a Word file → its PDF; only those that are new are made."""
    wanted = {_sha256(paper.data): paper.data for paper in papers}
    found = {sha: pdf for sha in wanted if (pdf := library.pdf_of(sha)) is not None}
    lacking = {sha: data for sha, data in wanted.items() if sha not in found}
    progress(len(papers) - len(lacking))
    for sha, pdf in _made_pdfs(lacking, len(papers) - len(lacking), progress):
        library.keep_pdf(sha, pdf)
        found[sha] = pdf
    return found


def _made_pdfs(
    lacking: dict[str, bytes], before: int, progress: Progress
) -> Iterator[tuple[str, bytes]]:
    with tempfile.TemporaryDirectory(prefix="samspor-archive-") as folder:
        files = [Path(folder, f"{sha}.docx") for sha in lacking]
        for file, data in zip(files, lacking.values(), strict=True):
            file.write_bytes(data)
        made_files = to_pdf(
            files, into=Path(folder), progress=lambda done: progress(before + done)
        ) if files else []  # fmt: skip
        yield from ((file.stem, file.read_bytes()) for file in made_files)


def _registration(
    session: Session,
    text: ArchiveText,
    papers: Sequence[_Paper],
    pdfs: dict[str, bytes],
    request: Request,
) -> Registration:
    shielding = shielding_of(session, text)
    title = text.paper.title if papers else f"{text.version.ref}: {EXEMPT}"
    return Registration(
        ref=text.version.ref,
        title=title,
        created_at=content_of(session, text.version).frozen_at,
        archived_at=text.at,
        shielded_by=shielding.basis if shielding else "",
        descriptions=[_description(paper, pdfs) for paper in papers],
        notes=list(_rounds(session, text, at=request.at)),
        cases=list(_cases(session, text, at=request.at)),
    )


def _description(paper: _Paper, pdfs: dict[str, bytes]) -> Description:
    path = f"{FILES}/{paper.name.rpartition('/')[2].removesuffix('.docx')}"
    word = ArchiveFile(
        path=f"{path}.docx", data=paper.data, variant=PRODUCTION, form="DOCX", mime=WORD
    )
    pdf = ArchiveFile(
        path=f"{path}.pdf",
        data=pdfs[_sha256(paper.data)],
        variant=ARCHIVE_FORMAT,
        form="RA-PDF",
        mime=PDF,
    )
    return Description(
        ref=paper.ref, kind=paper.kind, title=paper.title, files=[pdf, word]
    )


def _rounds(session: Session, text: ArchiveText, *, at: datetime) -> Iterator[Note]:
    """The rounds that the parties answered before they agreed on a text."""
    for review in rounds_on(session, text.paper.ref):
        opened_at = review.made_available_at
        if opened_at is not None and opened_at <= min(at, text.at):
            told = f"{review.ref}: frist {norwegian_date(review.deadline_at)}"
            yield Note(ref=review.ref, kind="Partsrunde", text=told, at=opened_at)


def _cases(session: Session, text: ArchiveText, *, at: datetime) -> Iterator[CaseLink]:
    numbers = {case.ref: case.archive_number or "" for case in cases(session, at=at)}
    used = {
        use.case
        for use in uses(session, at=at)
        if use.output == text.paper.ref and use.version == text.version.number
    }
    for ref in sorted(used):
        number = numbers.get(ref, "")
        yield CaseLink(
            ref=ref, number=number if ARCHIVE_NUMBER.fullmatch(number) else ""
        )


def _folder(
    session: Session, request: Request, registrations: Sequence[Registration]
) -> Folder:
    """The folder is closed by the last that is in it, so that it does not change."""
    project = by_ref(session, Project, request.project)
    municipality = session.get_one(Municipality, tenant(session))
    times = [one.archived_at for one in registrations]
    return Folder(
        creator=municipality.name,
        creator_id=municipality.number,
        ref=project.ref,
        archive_case=project.archive_case or "",
        title=project.name,
        created_at=project.proposed_at,
        closed_at=max([project.proposed_at, *times]),
        registrations=registrations,
    )


def _zipped(folder: Folder) -> bytes:
    files = [
        file
        for one in folder.registrations
        for description in one.descriptions
        for file in description.files
    ]
    metadata = ArchiveFile(
        path=METADATA,
        data=archive_xml(folder),
        variant=ARCHIVE_FORMAT,
        form="XML",
        mime="application/xml",
    )
    lines = "".join(f"{line}\n" for line in checksums([metadata, *files]))
    members = {metadata.path: metadata.data, MANIFEST: lines.encode()}
    members |= {file.path: file.data for file in files}
    return write(packed(name, data) for name, data in members.items())


def _sha256(data: bytes) -> str:
    return sha256(data).hexdigest()
