"""What people have written in Word: each file, what it brings, and taking it in.

Only those who may write in a document see its files here. A page that has become old,
because the file was saved or the draft was written again, is refused when it is sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apiflask import APIBlueprint
from flask import render_template, url_for
from werkzeug.datastructures import MultiDict

from connector.library.folder import FolderLibrary
from connector.library.incoming import (
    Incoming,
    NotTakenError,
    Unreadable,
    file_of,
    incoming,
    plan_of,
    take_in,
    version_of,
)
from connector.library.receiving import handed_in, is_in_the_way, receive
from connector.library.reconciliation import keeper_of
from connector.library.shares import Share, share_of
from connector.web.development.plans import PlanInWords
from connector.web.forms import FormError, Refused, Submitted
from connector.web.guards import Done, acts, offers
from connector.web.people.rights import reads_version, require_version
from connector.web.uploads import file_sent
from connector.web.visits import Visit, installation
from templates_docx.errors import RefusedFileError
from templates_docx.merge import Plan
from templates_docx.refusals import TEXTS, worded
from templates_docx.three_way import Side
from workflows.base import by_ref
from workflows.development.documents import Document, Version, VersionState, latest
from workflows.errors import NotFoundError, StaleVersionError
from workflows.forms.catalogue import form as form_of
from workflows.people.access import permit

WRITES, DRAFTS = "version.written", "version.drafted"
SHARED = "felles"

pages = APIBlueprint("from_word", __name__, enable_openapi=False)


def listing_page(visit: Visit, *, form: Submitted | None = None) -> str:
    """Return the list of files that may bring something, and the form to send one."""
    found = list(incoming(visit.session, _library()))
    files = [each for each in found if isinstance(each, Incoming)]
    return render_template(
        "development/from_word.html",
        files=list(_told(visit, files)),
        unread=list(_unread(visit, found)),
        form=form or Submitted(),
    )


def file_page(visit: Visit, *, name: str, form: Submitted | None = None) -> str:
    """Return what a file brings, and the form that takes it in."""
    file, paper = _opened(visit, name)
    newest = latest(visit.session, paper.ref)
    share = _share(visit, file, paper)
    plan = share.plan
    form = form or Submitted()
    if not _is_of_now(form, file, newest):
        form.fields = MultiDict()
    return render_template(
        "development/from_word_file.html",
        file=file,
        keeper=keeper_of(visit.session, _library(), version_of(visit.session, file)),
        paper=paper,
        newest=newest,
        record=_stamp(newest),
        plan=plan,
        form=form,
        sides=(Side.RECORD, Side.WORD, Side.BASE),
        **_in_words(visit, share, paper, newest),
    )


@pages.get("/fra-word")
@offers(WRITES)
def listing(visit: Visit) -> str:
    """Show the files of the library that somebody has worked in."""
    return listing_page(visit)


@pages.post("/fra-word")
@acts(WRITES, again=listing_page)
def hand_in(visit: Visit, form: Submitted) -> Done:
    """Lay a sent file in the library; what it brings is shown before it is taken in."""
    called, data = file_sent(form, "file")
    try:
        file = handed_in(visit.session, data, name=called, at=visit.at)
    except NotTakenError as problem:
        raise _refused(visit, form, problem) from problem
    _require_writer(visit, by_ref(visit.session, Document, file.document))
    library = _library()
    in_the_way = is_in_the_way(visit.session, library, file, data)
    if in_the_way and not form.ticked("replace"):
        form.fault("replace", "from_word.fault.replace")
    form.require_sound()
    receive(library, file, data)
    message = visit.say("from_word.handed_in")
    return Done(url_for("from_word.file", name=file.name), message)


@pages.get("/fra-word/<path:name>")
@offers(WRITES)
def file(visit: Visit, name: str) -> str:
    """Show what a file brings to the newest content of its document."""
    return file_page(visit, name=name)


@pages.post("/fra-word/<path:name>")
@acts(WRITES, again=file_page)
def confirm(visit: Visit, form: Submitted, name: str) -> Done:
    """Write what the file brings into a draft, as it was shown and chosen."""
    file, paper = _opened(visit, name)
    newest = latest(visit.session, paper.ref)
    if not _is_of_now(form, file, newest):
        raise StaleVersionError(f"{file.name} or {newest.ref} has changed")
    plan = _share(visit, file, paper).plan
    choices = _choices(form, plan)
    _require_ready(form, plan)
    draft = take_in(
        visit.session,
        _library(),
        file,
        shown=form.value("shown"),
        choices=choices,
        by=visit.by,
        at=visit.at,
    )
    message = visit.say("from_word.done", version=draft.number)
    return Done(url_for("documents.version", ref=draft.ref), message)


def _library() -> FolderLibrary:
    return FolderLibrary(installation().config.library)


def _opened(visit: Visit, name: str) -> tuple[Incoming, Document]:
    """Return a file that was worked in, with its document, for whoever may write it."""
    library = _library()
    try:
        found = file_of(visit.session, library, name)
    except NotTakenError as problem:
        raise NotFoundError("file", name) from problem
    if not library.is_edited(name):
        raise NotFoundError("edited file", name)
    paper = by_ref(visit.session, Document, found.document)
    _require_writer(visit, paper)
    return found, paper


def _require_writer(visit: Visit, paper: Document) -> None:
    """A file is held against the newest content, which must be theirs to read."""
    permit(visit.by, WRITES, at=visit.at, project=paper.project)
    newest = latest(visit.session, paper.ref)
    require_version(visit, newest, paper)


def _may_write(visit: Visit, paper: Document) -> bool:
    newest = latest(visit.session, paper.ref)
    may_write = visit.may(WRITES, project=paper.project)
    return may_write and reads_version(visit, newest, paper)


def _told(visit: Visit, files: list[Incoming]) -> Iterator[dict[str, Any]]:
    for file in files:
        paper = by_ref(visit.session, Document, file.document)
        if _may_write(visit, paper):
            share = _share(visit, file, paper)
            yield {"file": file, "paper": paper, "plan": share.plan}


def _unread(
    visit: Visit, found: list[Incoming | Unreadable]
) -> Iterator[tuple[str, str]]:
    """Yield each file that cannot be opened with why, to those of its folder."""
    for each in found:
        folder = each.name.partition("/")[0]
        project = None if folder == SHARED else folder
        if isinstance(each, Unreadable) and visit.may(WRITES, project=project):
            yield each.name, _why(visit, each.code, told=each.told)


def _share(visit: Visit, file: Incoming, paper: Document) -> Share:
    """Return what the visitor may take in of a file, and what is others'."""
    plan = plan_of(visit.session, _library(), file, at=visit.at)
    return share_of(plan, form_of(paper.kind), by=visit.by)


def _in_words(
    visit: Visit, share: Share, paper: Document, newest: Version
) -> dict[str, Any]:
    plan = share.plan
    words = PlanInWords(plan, form_of(paper.kind), paper.language)
    lacks_draft = newest.state is not VersionState.DRAFT
    may_draft = visit.may(DRAFTS, project=paper.project)
    return {
        "words": words,
        "not_taken": words.told(share.not_taken),
        "waits_for_draft": lacks_draft and not may_draft,
        "may_confirm": not (
            plan.brings_nothing or plan.blocking or (lacks_draft and not may_draft)
        ),
    }


def _choices(form: Submitted, plan: Plan) -> dict[str, Side]:
    chosen = {
        each.key: form.choice(each.key, Side, needed=False) for each in plan.conflicts
    }
    for key, side in chosen.items():
        if side is None:
            form.fault(key, "from_word.fault.undecided")
    return {key: side for key, side in chosen.items() if side}


def _require_ready(form: Submitted, plan: Plan) -> None:
    if plan.blocking:
        form.refusal = Refused(
            status=409,
            title="from_word.blocked",
            text="from_word.blocked_why",
        )
        raise FormError
    form.require_sound()


def _stamp(newest: Version) -> str:
    """What tells whether the record has changed since a page was shown."""
    return f"{newest.ref}:{newest.row_version}"


def _is_of_now(form: Submitted, file: Incoming, newest: Version) -> bool:
    shown = (form.value("shown"), form.value("record"))
    return shown == (file.sha256, _stamp(newest))


def _why(visit: Visit, code: str, *, told: str) -> str:
    if code in TEXTS:
        refusal = RefusedFileError(code, "", told=told)
        return worded(refusal, language=visit.language)
    return visit.say(f"from_word.unread.{code.replace('-', '_')}")


def _refused(visit: Visit, form: Submitted, problem: NotTakenError) -> FormError:
    form.refusal = Refused(
        status=422,
        title="refusal.file.title",
        text="refusal.file.text",
        detail=_why(visit, problem.code, told=problem.told),
    )
    return FormError()
