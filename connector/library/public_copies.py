"""A public copy as a Word file: made from masked values, and searched before it goes.

Nothing of the original file is in it: body, store and properties are written anew from
the masked values. What should be masked and is found all the same stops the copy.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from connector.library.automatic import automatic_values
from connector.library.delivery import plain
from connector.refusals import UnavailableError
from templates_docx.compile import template
from templates_docx.store import Identity
from workflows.development.documents import Version, content_of, document_of
from workflows.forms.catalogue import form
from workflows.forms.masking import passages, pattern_of
from workflows.trace.public_copies import LABEL, masked_values, masks_as_told

_TAG = re.compile(r"<[^>]*>")


def public_copy(session: Session, version: Version, *, at: datetime) -> bytes:
    """Return the masked copy of a version as .docx, labelled on each page.

    Raises `UnavailableError` when something masked would still be in the file.
    """
    paper = document_of(session, version)
    automatic = automatic_values(session, version, at=at)
    values = content_of(session, version).values
    values = {**values, **{key: told for key, told in automatic.items() if told}}
    identity = Identity(
        # No document has this name, so that a copy is never taken in as one.
        document=f"offentlig-kopi:{paper.ref}",
        version=version.number,
        record_line=LABEL[paper.language].format(ref=version.ref),
    )
    told = masked_values(session, version, values)
    data = template(paper.kind, paper.language).fill(told, identity=identity)
    masks = masks_as_told(session, version, language=paper.language)
    _require_absent(data, passages(form(paper.kind), values, masks), version.ref)
    return data


def copy_name(version: Version) -> str:
    """Return the file name of a copy: never the title, which may be masked."""
    return f"offentlig-kopi_{plain(version.ref)}.docx"


def _require_absent(data: bytes, wanted: Iterable[str], ref: str) -> None:
    said = "\n".join(_said(data))
    if any(pattern_of(passage).search(said) for passage in wanted):
        raise UnavailableError(
            f"{ref}: something masked is still in the copy, which is not given out"
        )


def _said(data: bytes) -> Iterable[str]:
    """Every member as it stands, and as the words between its tags."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode("utf-8", "replace")
            yield from (text, html.unescape(_TAG.sub("", text)))
