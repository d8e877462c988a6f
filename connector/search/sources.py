"""What there is to find: the texts that a visitor may read today, and no others.

Rights are asked before a text is taken: what is not the visitor's is never looked in,
so that no count, order or snippet can tell of it. Of a document only the newest version
that is agreed on is looked in: nobody finds what an earlier one said, and what is on a
round is found by its title, for the page of the round notes who has opened it. What is
sealed, and what a party writes in its own room, is not here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from connector.web.people.rights import (
    hidden_from,
    is_available,
    reads_case,
    reads_hearing,
    reads_project,
    reads_remark,
    reads_version,
)
from connector.web.visits import Visit
from workflows.base import all_of
from workflows.decision.cases import Case
from workflows.decision.decisions import items_of
from workflows.decision.implementation import follow_ups
from workflows.development.documents import Document, agreed_version
from workflows.development.hearings import Hearing
from workflows.development.outputs import Output, project_of
from workflows.development.projects import Project
from workflows.development.remarks import Remark
from workflows.development.rounds import Round, text_of
from workflows.forms.catalogue import form
from workflows.forms.fields import Field, FieldType
from workflows.forms.rich import rich_text
from workflows.people.reading import Matter

KINDS_OF_PAPERS = {"mandate": "mandate", "agreement": "agreement", "output": "output"}


@dataclass(frozen=True, kw_only=True)
class Source:
    """Something to find. `kind` and `page` are those of `address_of`; text is plain."""

    kind: str
    ref: str
    title: str
    text: str = ""
    language: str = ""
    page: tuple[str, str] | None = None


def sources(visit: Visit) -> Iterator[Source]:
    """Yield what the visitor may read today, kind by kind, by reference."""
    return chain(
        _projects(visit),
        _outputs(visit),
        _documents(visit),
        _rounds(visit),
        _remarks(visit),
        _hearings(visit),
        _cases(visit),
        _items(visit),
        _follow_ups(visit),
    )


def _projects(visit: Visit) -> Iterator[Source]:
    for row in all_of(visit.session, Project, Project.ref):
        if reads_project(visit, row):
            yield Source(
                kind="project", ref=row.ref, title=row.name, language=row.language
            )


def _outputs(visit: Visit) -> Iterator[Source]:
    for row in all_of(visit.session, Output, Output.ref):
        if reads_project(visit, project_of(visit.session, row)):
            yield Source(
                kind="output", ref=row.ref, title=row.title, language=row.language
            )


def _documents(visit: Visit) -> Iterator[Source]:
    for row in all_of(visit.session, Document, Document.ref):
        version = agreed_version(visit.session, row.ref)
        if version and reads_version(visit, version, row):
            yield Source(
                kind=KINDS_OF_PAPERS.get(row.kind, "report"),
                ref=version.ref,
                title=row.title,
                text=_text(row.kind, version.values),
                language=row.language,
                page=("document", version.ref),
            )


def _rounds(visit: Visit) -> Iterator[Source]:
    if not visit.reads(Matter.ROUND):
        return
    for row in all_of(visit.session, Round, Round.ref):
        if is_available(row):
            paper = text_of(visit.session, row)[1]
            yield Source(
                kind="round", ref=row.ref, title=paper.title, language=paper.language
            )


def _remarks(visit: Visit) -> Iterator[Source]:
    rounds = {row.id: row.ref for row in all_of(visit.session, Round)}
    for row in all_of(visit.session, Remark, Remark.ref):
        if reads_remark(visit, row):
            page = ("round", rounds[row.round_id])
            yield Source(kind="remark", ref=row.ref, title="", text=row.text, page=page)


def _hearings(visit: Visit) -> Iterator[Source]:
    for row in all_of(visit.session, Hearing, Hearing.ref):
        if reads_hearing(visit, row):
            yield Source(kind="hearing", ref=row.ref, title="", text=row.background)


def _cases(visit: Visit) -> Iterator[Source]:
    for row in all_of(visit.session, Case, Case.ref):
        if reads_case(visit, row):
            yield Source(
                kind="case",
                ref=row.ref,
                title=row.title,
                text=row.archive_number or "",
                language=row.language,
            )


def _items(visit: Visit) -> Iterator[Source]:
    hidden = hidden_from(visit)
    for row in items_of(visit.session, at=visit.at):
        if row.case not in hidden:
            page = ("treatment", row.treatment)
            yield Source(
                kind="decision_item", ref=row.ref, title="", text=row.text, page=page
            )


def _follow_ups(visit: Visit) -> Iterator[Source]:
    hidden = hidden_from(visit)
    for row in follow_ups(visit.session, at=visit.at):
        if row.case not in hidden:
            said = " ".join(filter(None, (row.text, row.evidence)))
            yield Source(kind="followup", ref=row.ref, title="", text=said)


def _text(kind: str, values: Mapping[str, Any]) -> str:
    """Return the words that people wrote in a document, field by field."""
    parts = (_words(field, values.get(field.key)) for field in form(kind).fields)
    return "\n".join(filter(None, parts))


def _words(field: Field, value: Any) -> str:
    if not value:
        return ""
    if field.type is FieldType.RICH:
        return rich_text(value)
    if field.type is FieldType.TEXT:
        return str(value)
    return _cells(field, value) if field.type is FieldType.TABLE else ""


def _cells(field: Field, rows: Sequence[Mapping[str, Any]]) -> str:
    written = [column.key for column in field.columns if not column.choices]
    cells = (row.get(key) for row in rows for key in written)
    return "\n".join(cell for cell in cells if isinstance(cell, str))
