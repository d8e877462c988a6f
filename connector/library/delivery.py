"""Versions out as Word files, and back: what is delivered, under which name.

The same version always gives the same bytes from the same template. A version that is
delivered is not made anew for the sake of another template.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from connector.library.automatic import automatic_values
from connector.library.folder import FolderLibrary, Put
from connector.library.own_templates import Chosen, OwnTemplates
from connector.record.proofs import proof_of
from templates_docx.compile import template
from templates_docx.read import read
from templates_docx.store import Identity
from workflows.base import all_of
from workflows.development.documents import (
    Document,
    Version,
    content_of,
    document_of,
    versions_of,
)
from workflows.forms.catalogue import form
from workflows.forms.values import normal

PLAIN = {"æ": "ae", "ø": "oe", "å": "aa", "–": "-"}


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One Word file of the library, and the values that it holds.

    `is_new` tells whether the library had another content under that name, or none;
    `is_edited`, that somebody has worked in the file since, so that it was left alone;
    `passed_over`, why the municipality's own template was not used, if it has one.
    """

    name: str
    data: bytes
    values: dict[str, Any]
    kind: str
    is_new: bool = True
    is_edited: bool = False
    passed_over: str = ""


def deliverable(session: Session) -> list[Version]:
    """Return each version x.0, which the parties agreed on, by document and number."""
    return [
        version
        for document in all_of(session, Document, Document.ref)
        for version in versions_of(session, document.ref)
        if version.number.endswith(".0")
    ]


def delivery_of(
    session: Session,
    version: Version,
    *,
    at: datetime,
    templates: OwnTemplates | None = None,
) -> Delivery:
    """Return the Word file of a version; without `templates` from the standard one.

    A report shows the register as it was when it was frozen; other documents show
    positions and signatures up to `at`.
    """
    paper = document_of(session, version)
    content = content_of(session, version)
    seen = content.frozen_at if paper.kind == "status-report" else at
    automatic = automatic_values(session, version, at=seen)
    values = {**content.values, **{k: v for k, v in automatic.items() if v}}
    proof = proof_of(session, version.ref, language=paper.language)
    identity = Identity(
        document=paper.ref,
        version=version.number,
        record=proof.record,
        record_line=proof.line,
    )
    chosen = _chosen(templates, paper, values)
    data = chosen.template.fill(values, identity=identity)
    return Delivery(
        name=file_name(paper, version, values),
        data=data,
        values=values,
        kind=paper.kind,
        passed_over=chosen.passed_over,
    )


def deliver(
    session: Session,
    library: FolderLibrary,
    *,
    at: datetime,
    progress: Callable[[int], None],
    templates: OwnTemplates | None = None,
) -> list[Delivery]:
    """Put the Word file of every agreed version into the library; return them.

    A file that somebody has worked in is never written over: take it in first. One that
    was delivered with the same values keeps its bytes, though the template is another.
    """
    delivered = []
    for number, version in enumerate(deliverable(session), start=1):
        made = delivery_of(session, version, at=at, templates=templates)
        delivered.append(put_in(library, as_before(library, made)))
        progress(number)
    return delivered


def put_in(library: FolderLibrary, delivery: Delivery) -> Delivery:
    """Put one Word file into the library, and return it with what came of that."""
    put = library.deliver(delivery.name, delivery.data)
    return replace(delivery, is_new=put is Put.NEW, is_edited=put is Put.EDITED)


def differences(library: FolderLibrary, delivery: Delivery) -> list[str]:
    """Return what reading a delivered file back gives that was not put in it."""
    return _differences(library.get(delivery.name), delivery)


def _differences(data: bytes, delivery: Delivery) -> list[str]:
    reading = read(data, name=delivery.name)
    known = form(delivery.kind)
    back, out = normal(known, reading.values), normal(known, delivery.values)
    wrong = sorted(
        key for key in back.keys() | out.keys() if back.get(key) != out.get(key)
    )
    found = [finding.message for finding in reading.findings]
    return [*(f"{delivery.name}: {key}" for key in wrong), *found]


def as_before(library: FolderLibrary, delivery: Delivery) -> Delivery:
    """Return what was delivered earlier when it holds the same values."""
    earlier = library.delivered(delivery.name)
    if earlier is None or earlier == delivery.data:
        return delivery
    is_same = not _differences(earlier, delivery)
    return replace(delivery, data=earlier) if is_same else delivery


def file_name(paper: Document, version: Version, values: dict[str, Any]) -> str:
    """Return the library name: archive case, kind, title, version, language (H11)."""
    known = form(paper.kind)
    parts = [
        plain(values.get(f"{known.prefix}case") or ""),
        plain(known.name.nb),
        plain(paper.ref),
        plain(paper.title)[:48].strip("-"),
        f"v{version.number.replace('.', '-')}",
        paper.language,
    ]
    folder = plain(paper.project or "").upper() or "felles"
    return f"{folder}/{'_'.join(filter(None, parts))}.docx"


def _chosen(
    templates: OwnTemplates | None, paper: Document, values: dict[str, Any]
) -> Chosen:
    if templates is None:
        standard = template(paper.kind, paper.language)
        return Chosen(template=standard, is_own=False)
    return templates.chosen(paper.kind, paper.language, fields=values)


def plain(text: str) -> str:
    """Return text for a file name: ASCII, no spaces, æ→ae, ø→oe, å→aa."""
    lowered = "".join(PLAIN.get(letter, letter) for letter in text.lower())
    ascii_only = unicodedata.normalize("NFKD", lowered).encode("ascii", "ignore")
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.decode()).strip("-")
