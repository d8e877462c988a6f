"""Files that people send: larger than a form, let in at a few addresses only."""

from __future__ import annotations

from flask import request

from connector.web.forms import FormError, Refused, Submitted
from connector.web.visits import Visit
from templates_docx.errors import RefusedFileError
from templates_docx.guard import MAX_FILE
from templates_docx.refusals import worded

# The parts of a multipart form around the file itself.
AROUND = 64 * 1024
TAKE_FILES = frozenset({"from_word.hand_in", "protocols.read", "templates.put_in"})


def allow_files() -> None:
    """Let a file of 25 MB through where one is asked for; before any form is read."""
    if request.endpoint in TAKE_FILES:
        request.max_content_length = MAX_FILE + AROUND


def file_sent(form: Submitted, name: str) -> tuple[str, bytes]:
    """Return what a sent file is called and holds; `FormError` when there is none."""
    sent = request.files.get(name)
    if sent is None or not sent.filename:
        form.fault(name, "form.fault.file")
        raise FormError
    return sent.filename, sent.read()


def refuse_file(visit: Visit, form: Submitted, refusal: RefusedFileError) -> FormError:
    """Return the error to raise, with why the file was not opened on the form."""
    form.refusal = Refused(
        status=422,
        title="refusal.file.title",
        text="refusal.file.text",
        detail=worded(refusal, language=visit.language),
    )
    return FormError()
