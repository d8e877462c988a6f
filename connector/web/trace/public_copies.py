"""The public copy of a version: masked by the archive, read by all when it is open."""

from __future__ import annotations

from typing import Final

from apiflask import APIBlueprint
from flask import Response, render_template, url_for

from connector.library.given_out import enter_given_out
from connector.library.public_copies import copy_name, public_copy
from connector.web.development.contents import chapters
from connector.web.forms import Submitted
from connector.web.guards import Done, acts, open_to_all
from connector.web.people.rights import exemption_options
from connector.web.visits import Visit, installation
from workflows.base import by_ref
from workflows.development.documents import Version, content_of, document_of
from workflows.errors import InvalidValueError, NotFoundError
from workflows.forms.catalogue import form as form_of
from workflows.people.reading import Matter
from workflows.trace.public_copies import (
    has_open_copy,
    lift_mask,
    mask_text,
    masked_values,
    masks_of,
    open_copy,
    section_of,
)

pages = APIBlueprint("public_copies", __name__, enable_openapi=False)
WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pages.get("/dokumenter/<ref>/offentlig-kopi")
@open_to_all
def page(visit: Visit, ref: str) -> str:
    """Show the copy to all when it is open, before that to the archive."""
    return show(visit, ref=ref)


def show(visit: Visit, *, ref: str, form: Submitted | None = None) -> str:
    """Return the copy with, for the archive, its masks and forms."""
    version = _readable(visit, ref)
    paper = document_of(visit.session, version)
    known = form_of(paper.kind)
    values = content_of(visit.session, version).values
    said = masked_values(visit.session, version, values)
    labels = {
        field.key: field.label.in_(visit.language)
        for field in known.fields
        if field.key in values
    }
    return render_template(
        "trace/public_copy.html",
        version=version,
        paper=paper,
        chapters=chapters(known, said, language=paper.language),
        is_open=has_open_copy(visit.session, version),
        masks=[(row, section_of(row)) for row in masks_of(visit.session, version)],
        labels=labels,
        bases=exemption_options(visit),
        form=form or Submitted(),
    )


@pages.get("/dokumenter/<ref>/offentlig-kopi.docx")
@open_to_all
def word(visit: Visit, ref: str) -> Response:
    """Give the copy as a Word file."""
    version = _readable(visit, ref)
    data = public_copy(visit.session, version, at=visit.at)
    enter_given_out(installation(), [data])
    told = {"Content-Disposition": f'attachment; filename="{copy_name(version)}"'}
    return Response(data, mimetype=WORD, headers=told)


@pages.post("/dokumenter/<ref>/offentlig-kopi/sladd")
@acts("access.masked", again=show)
def mask(visit: Visit, form: Submitted, ref: str) -> Done:
    """Mask a field or a passage."""
    version = _readable(visit, ref)
    values = content_of(visit.session, version).values
    field = form.one_of("field", values, needed=False)
    passage = form.text("passage")
    if bool(field) == bool(passage):
        form.fault("passage", "public_copy.fault.one")
    basis = form.one_of("basis", [code for code, _ in exemption_options(visit)])
    reason = form.text("reason", needed=True)
    wider = form.text("wider_access", needed=True)
    form.require_sound()
    try:
        mask_text(
            visit.session,
            version=ref,
            field=field,
            passage=passage,
            basis=basis,
            reason=reason,
            wider_access=wider,
            by=visit.by,
            at=visit.at,
        )
    except InvalidValueError:
        form.fault("passage", "public_copy.fault.passage")
        form.require_sound()
    return _done(visit, ref, "is_masked")


@pages.post("/dokumenter/<ref>/offentlig-kopi/opphev")
@acts("access.unmasked", again=show)
def lift(visit: Visit, form: Submitted, ref: str) -> Done:
    """Take a mask away."""
    _readable(visit, ref)
    lift_mask(
        visit.session,
        version=ref,
        field=form.text("field"),
        passage=form.text("passage"),
        by=visit.by,
        at=visit.at,
    )
    return _done(visit, ref, "is_lifted")


@pages.post("/dokumenter/<ref>/offentlig-kopi/apne")
@acts("access.copied", again=show)
def publish(visit: Visit, form: Submitted, ref: str) -> Done:
    """Open the copy to all, or close it."""
    _readable(visit, ref)
    is_open = form.value("open") == "1"
    open_copy(visit.session, version=ref, is_open=is_open, by=visit.by, at=visit.at)
    return _done(visit, ref, "is_open" if is_open else "is_closed")


def _readable(visit: Visit, ref: str) -> Version:
    """A version without an open copy is not there, but for the archive."""
    version = by_ref(visit.session, Version, ref)
    content_of(visit.session, version)
    if not visit.reads(Matter.ARCHIVE) and not has_open_copy(visit.session, version):
        raise NotFoundError("Version", ref)
    return version


def _done(visit: Visit, ref: str, message: str) -> Done:
    where = url_for("public_copies.page", ref=ref)
    return Done(where, visit.say(f"public_copy.{message}"))
