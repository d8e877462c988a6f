"""Files of the library that people have worked in, and what each of them brings.

A file is held against what was delivered under its name, or against itself as it was
when it was last taken in. Nothing is stored before a person confirms.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from connector.library.automatic import automatic_values
from connector.library.delivery import delivery_of
from connector.library.folder import FolderLibrary
from connector.library.quarantine import read_safely
from connector.library.shares import share_of, written
from connector.refusals import InputRefusedError
from templates_docx.errors import RefusedFileError
from templates_docx.merge import Plan, merge
from templates_docx.read import Reading
from templates_docx.three_way import Choices
from workflows.base import by_ref
from workflows.development.documents import (
    Document,
    Version,
    VersionState,
    latest,
    versions_of,
)
from workflows.development.drafting import draft_version, word_files, write_fields
from workflows.errors import NotFoundError, RuleBrokenError, StaleVersionError
from workflows.forms.catalogue import form
from workflows.people.hats import Hat


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """A file that was worked in since it was delivered or last taken in.

    `sha256` is that of its content now, by which a person confirms what was shown.
    """

    name: str
    sha256: str
    document: str
    version: str
    reading: Reading


class NotTakenError(InputRefusedError):
    """A file that cannot be taken in, with what a page needs to tell why.

    `code` is `missing`, `no-document`, `other-kind`, `no-version`, or that of the
    refusal of the file; `told` is the part of the file at fault, if one is.
    """

    def __init__(self, text: str, *, code: str, told: str = "") -> None:
        super().__init__(text)
        self.code = code
        self.told = told


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """A file that was changed and cannot be taken in; `why` says what is wrong.

    `code` and `told` are those of `NotTakenError`.
    """

    name: str
    why: str
    code: str
    told: str = ""


def incoming(
    session: Session, library: FolderLibrary
) -> Iterator[Incoming | Unreadable]:
    """Yield each file that may bring something, by name; unread ones with a reason."""
    for name in library.names():
        if not library.is_edited(name):
            continue
        try:
            found = file_of(session, library, name)
        except NotTakenError as problem:
            yield _unreadable(name, problem)
            continue
        if found.sha256 not in word_files(session, found.document):
            yield found


def file_of(session: Session, library: FolderLibrary, name: str) -> Incoming:
    """Return a file of the library with the document that it says it is.

    Raises:
        NotTakenError: no such file, unsafe, or no document of this municipality.
    """
    if name not in library.names():
        text = f"{name}: there is no such file in the library"
        raise NotTakenError(text, code="missing")
    return read_as(session, library.get(name), name=name)


def read_as(session: Session, data: bytes, *, name: str) -> Incoming:
    """Return the content of a file, wherever it lies, as the document it says it is.

    Raises:
        NotTakenError: it is unsafe, or no document of this municipality.
    """
    try:
        reading = read_safely(data, name=name)
    except RefusedFileError as refusal:
        text = f"{name}: {refusal}"
        raise NotTakenError(text, code=refusal.code, told=refusal.told) from refusal
    return Incoming(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        document=_document(session, reading),
        version=reading.version or "",
        reading=reading,
    )


def version_of(session: Session, file: Incoming) -> Version:
    """Return the version that a file says it was made from.

    Raises:
        NotTakenError: its document has no such version.
    """
    for version in versions_of(session, file.document):
        if version.number == file.version:
            return version
    text = f"{file.name}: {file.document} has no v{file.version}"
    raise NotTakenError(text, code="no-version")


def plan_of(
    session: Session, library: FolderLibrary, file: Incoming, *, at: datetime
) -> Plan:
    """Return what a file brings to the newest content of its document.

    A file that has been taken in as it stands brings nothing.
    """
    base = _base(session, library, file, at=at)
    newest = latest(session, file.document)
    filled = automatic_values(session, newest, at=at)
    by_the_system = {key: base[key] for key in filled if key in base}
    written = {key: held for key, held in newest.values.items() if key not in filled}
    return merge(
        form(by_ref(session, Document, file.document).kind),
        base=base,
        record=written | by_the_system,
        word=file.reading,
        filled=filled,
    )


def take_in(
    session: Session,
    library: FolderLibrary,
    file: Incoming,
    *,
    shown: str,
    choices: Choices,
    by: Hat,
    at: datetime,
) -> Version:
    """Write what is the person's own of a file into a draft, and return the draft.

    `shown` is the SHA-256 of the file as the person saw it. A new draft is begun unless
    the newest version is one. The file itself is kept, with its comments, once nothing
    of it waits for those whose it is.

    Raises:
        StaleVersionError: the file has been saved again since it was shown.
        UndecidedError: a conflict has no choice, or a finding blocks the file.
        WorkflowError: the person may not write what the file brings.
    """
    if file.sha256 != shown:
        raise StaleVersionError(f"{file.name} has been saved again")
    plan = plan_of(session, library, file, at=at)
    known = form(by_ref(session, Document, file.document).kind)
    share = share_of(plan, known, by=by)
    if share.not_taken and not share.plan.changed:
        text = f"{file.name} holds nothing that is {by.person_ref}'s to write"
        raise RuleBrokenError(text, rule="INV-22")
    merged = share.plan.merged(choices)
    if not share.not_taken:
        library.keep_taken_in(file.name, library.get(file.name), sha256=file.sha256)
    if latest(session, file.document).state is not VersionState.DRAFT:
        draft_version(session, document=file.document, by=by, at=at)
    return write_fields(
        session,
        document=file.document,
        values=written(known, merged, share.plan.changed, by=by),
        by=by,
        at=at,
        word_file=file.sha256,
        is_part=bool(share.not_taken),
    )


def _unreadable(name: str, problem: NotTakenError) -> Unreadable:
    return Unreadable(name=name, why=str(problem), code=problem.code, told=problem.told)


def _document(session: Session, reading: Reading) -> str:
    try:
        paper = by_ref(session, Document, reading.document or "")
    except NotFoundError as unknown:
        text = "does not say which document of this municipality it is"
        raise NotTakenError(f"{reading.file}: {text}", code="no-document") from unknown
    if paper.kind != reading.kind:
        text = f"{reading.file}: {paper.ref} is a {paper.kind}"
        raise NotTakenError(text, code="other-kind")
    return paper.ref


def _base(
    session: Session, library: FolderLibrary, file: Incoming, *, at: datetime
) -> dict[str, Any]:
    """The file when last taken in, else as delivered, else its version made again."""
    taken = (
        library.taken_in(file.name, sha256)
        for sha256 in reversed(word_files(session, file.document))
    )
    former = next(filter(None, taken), None) or library.delivered(file.name)
    if former is not None:
        return read_safely(former).before.values
    return delivery_of(session, version_of(session, file), at=at).values
