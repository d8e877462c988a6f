"""Versions out as Word files, and back: what is delivered, under which name.

The same version always gives the same bytes.
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
    `is_edited`, that somebody has worked in the file since, so that it was left alone.
    """

    name: str
    data: bytes
    values: dict[str, Any]
    kind: str
    is_new: bool = True
    is_edited: bool = False


def deliverable(session: Session) -> list[Version]:
    """Return each version x.0, which the parties agreed on, by document and number."""
    return [
        version
        for document in all_of(session, Document, Document.ref)
        for version in versions_of(session, document.ref)
        if version.number.endswith(".0")
    ]


def delivery_of(session: Session, version: Version, *, at: datetime) -> Delivery:
    """Return the Word file of a version.

    A report shows the register as it was when it was frozen; other documents show
    positions and signatures up to `at`.
    """
    paper = document_of(session, version)
    content = content_of(session, version)
    seen = content.frozen_at if paper.kind == "status-report" else at
    automatic = automatic_values(session, version, at=seen)
    values = {**content.values, **{k: v for k, v in automatic.items() if v}}
    identity = Identity(document=paper.ref, version=version.number)
    data = template(paper.kind, paper.language).fill(values, identity=identity)
    return Delivery(
        name=file_name(paper, version, values),
        data=data,
        values=values,
        kind=paper.kind,
    )


def deliver(
    session: Session,
    library: FolderLibrary,
    *,
    at: datetime,
    progress: Callable[[int], None],
) -> list[Delivery]:
    """Put the Word file of every agreed version into the library; return them.

    A file that somebody has worked in is never written over: take it in first.
    """
    delivered = []
    for number, version in enumerate(deliverable(session), start=1):
        delivery = delivery_of(session, version, at=at)
        put = library.deliver(delivery.name, delivery.data)
        delivered.append(
            replace(delivery, is_new=put is Put.NEW, is_edited=put is Put.EDITED)
        )
        progress(number)
    return delivered


def differences(library: FolderLibrary, delivery: Delivery) -> list[str]:
    """Return what reading a delivered file back gives that was not put in it."""
    reading = read(library.get(delivery.name), name=delivery.name)
    known = form(delivery.kind)
    back, out = normal(known, reading.values), normal(known, delivery.values)
    wrong = sorted(
        key for key in back.keys() | out.keys() if back.get(key) != out.get(key)
    )
    found = [finding.message for finding in reading.findings]
    return [*(f"{delivery.name}: {key}" for key in wrong), *found]


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


def plain(text: str) -> str:
    """Return text for a file name: ASCII, no spaces, æ→ae, ø→oe, å→aa."""
    lowered = "".join(PLAIN.get(letter, letter) for letter in text.lower())
    ascii_only = unicodedata.normalize("NFKD", lowered).encode("ascii", "ignore")
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.decode()).strip("-")
