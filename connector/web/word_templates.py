"""The templates of documents: taken out, restyled in Word, put in, and put back.

A template is no text of the parties: the rules about it are only that a document made
with it says all that the form says, which the check tells field by field.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from apiflask import APIBlueprint
from flask import Response, render_template, url_for

from connector.library.own_templates import OwnTemplates, Status
from connector.web.forms import FormError, Refused, Submitted
from connector.web.guards import Done, acts, offers
from connector.web.uploads import file_sent, refuse_file
from connector.web.visits import Visit, installation
from templates_docx.build import LANGUAGES, file_name
from templates_docx.errors import RefusedFileError, TemplateError
from templates_docx.lint import Findings, has_errors
from workflows.errors import NotFoundError
from workflows.forms.catalogue import form as form_of
from workflows.forms.catalogue import kinds

CHANGES = "template.changed"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

pages = APIBlueprint("templates", __name__, enable_openapi=False)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of document with the state of its template in each written standard."""

    name: str
    statuses: tuple[Status, ...]


@pages.get("/maler")
@offers(CHANGES)
def listing(visit: Visit) -> str:
    """Show every kind of document, and whether it has a template of one's own."""
    return render_template("templates.html", kinds=list(_kinds(visit)))


@pages.get("/maler/<kind>/<language>")
@offers(CHANGES)
def template(visit: Visit, kind: str, language: str) -> str:
    """Show how it stands with one template, and the forms to change it."""
    return show(visit, kind=kind, language=language)


def show(
    visit: Visit, *, kind: str, language: str, form: Submitted | None = None
) -> str:
    """Return the page of a template; with what was said of a file that was refused."""
    status = _status(kind, language)
    form = form or Submitted()
    return render_template(
        "template.html",
        status=status,
        name=form_of(kind).name.in_(visit.language),
        new_fields=_labels(visit, status),
        findings=form.findings or status.findings,
        is_refused_file=bool(form.findings),
        form=form,
    )


@pages.get("/maler/<kind>/<language>/fil")
@offers(CHANGES)
def take_out(visit: Visit, kind: str, language: str) -> Response:  # noqa: ARG001 - the door gives it
    """Return the template that holds now, as a Word file."""
    _require_known(kind, language)
    name = file_name(kind, language)
    return Response(
        _own().get(kind, language),
        content_type=WORD,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@pages.post("/maler/<kind>/<language>")
@acts(CHANGES, again=show)
def put_in(visit: Visit, form: Submitted, kind: str, language: str) -> Done:
    """Keep a sent template, unless a document made with it would lack something."""
    _require_known(kind, language)
    _, data = file_sent(form, "file")
    form.findings = _put(visit, form, data, kind=kind, language=language)
    if has_errors(form.findings):
        form.refusal = Refused(
            status=422, title="template.not_kept", text="template.not_kept_why"
        )
        raise FormError
    return _done(visit, "template.is_kept", kind=kind, language=language)


@pages.post("/maler/<kind>/<language>/standard")
@acts(CHANGES, again=show)
def reset(visit: Visit, form: Submitted, kind: str, language: str) -> Done:
    """Go back to the standard template; the own one is kept beside it."""
    _require_known(kind, language)
    if not form.ticked("sure"):
        form.fault("sure", "template.fault.sure")
    form.require_sound()
    _own().remove(kind, language, at=visit.at)
    return _done(visit, "template.is_reset", kind=kind, language=language)


def _own() -> OwnTemplates:
    return installation().templates


def _kinds(visit: Visit) -> Iterator[Kind]:
    statuses = _own().status()
    for kind in kinds():
        yield Kind(
            name=form_of(kind).name.in_(visit.language),
            statuses=tuple(each for each in statuses if each.kind == kind),
        )


def _status(kind: str, language: str) -> Status:
    _require_known(kind, language)
    return _own().status_of(kind, language)


def _require_known(kind: str, language: str) -> None:
    if kind not in kinds() or language not in LANGUAGES:
        raise NotFoundError("template", f"{kind}.{language}")


def _labels(visit: Visit, status: Status) -> list[str]:
    fields = form_of(status.kind).by_key
    return [fields[key].label.in_(visit.language) for key in status.new_fields]


def _put(
    visit: Visit, form: Submitted, data: bytes, *, kind: str, language: str
) -> Findings:
    try:
        return _own().put(kind, language, data, at=visit.at)
    except RefusedFileError as refusal:
        raise refuse_file(visit, form, refusal) from refusal
    except TemplateError as problem:
        form.refusal = Refused(
            status=422, title="template.not_kept", text="template.no_template"
        )
        raise FormError from problem


def _done(visit: Visit, message: str, *, kind: str, language: str) -> Done:
    where = url_for("templates.template", kind=kind, language=language)
    return Done(where, visit.say(message))
