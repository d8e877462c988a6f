"""What there is to find by words: the texts of both lines, and whose they are to read.

Of a document only the newest version that is agreed on is here: nobody finds what an
earlier one said, and what is on a round is found by its title, for the page of the
round notes who has opened it. What a party writes in its own room is not here, and no
person's name: names stand behind keys. What is under seal says so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from workflows.development.matters import (
    Facts,
    matter_of,
    matter_of_project,
    said_in,
)
from workflows.development.seals import is_sealed
from workflows.forms.plain import plain_text
from workflows.people.kinds import Party
from workflows.people.reading import Matter
from workflows.trace.findable_rows import access_decided, rows_of, sealed_rows

PAPERS = {"mandate": "mandate", "agreement": "agreement", "output": "output"}
"""Kinds of documents by their own name; all others are reports."""
DOCUMENT = "document"
DOCUMENT_MARK = "@"
"""Sets a document apart from the output that it has the reference of."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Findable:
    """Something that can be found; the text is plain, and the head is always looked in.

    `page` is the kind and reference of where it is read, None where it has a page of
    its own. `matter` is what it is in the reading matrix, None where everybody may read
    it whatever they are. What is sealed is its party's alone (INV-04).
    """

    kind: str
    ref: str
    title: str = ""
    text: str = ""
    language: str = ""
    matter: Matter | None
    page: tuple[str, str] | None = None
    party: Party | None = None
    is_sealed: bool = False

    @property
    def key(self) -> str:
        """What it is known by: its reference, of a document without the version."""
        if self.group != DOCUMENT:
            return self.ref
        return self.ref.rpartition("@")[0] + DOCUMENT_MARK

    @property
    def group(self) -> str:
        """The kind of rows that it is told from, a key of `FINDABLE`."""
        return DOCUMENT if self.page and self.page[0] == DOCUMENT else self.kind

    @property
    def head(self) -> str:
        """The reference and the title."""
        return f"{self.ref} {self.title}"


Refs: TypeAlias = Collection[str] | None
Texts: TypeAlias = Callable[[Session, Refs], Iterator[Findable]]


def findable(session: Session, kind: str, refs: Refs = None) -> Iterator[Findable]:
    """Yield what can be found of a kind: of some references, or all there is (None).

    A document is named by its own reference, not by that of a version. In no order.
    """
    return FINDABLE[kind](session, refs)


def _projects(session: Session, refs: Refs) -> Iterator[Findable]:
    for row in rows_of(session, "project", refs):
        yield Findable(
            kind="project",
            ref=row.ref,
            title=row.name,
            language=row.language,
            matter=matter_of_project(row.state),
        )


def _outputs(session: Session, refs: Refs) -> Iterator[Findable]:
    for row in rows_of(session, "output", refs):
        yield Findable(
            kind="output",
            ref=row.ref,
            title=row.title,
            language=row.language,
            matter=matter_of_project(row.state),
        )


def _documents(session: Session, refs: Refs) -> Iterator[Findable]:
    newest: dict[str, Any] = {}
    for row in rows_of(session, DOCUMENT, refs):
        if row.document not in newest or _major(row) > _major(newest[row.document]):
            newest[row.document] = row
    decided = access_decided(session, refs)
    for row in newest.values():
        yield _document(row, decided.get(row.document))


def _document(row: Any, decided: str | None) -> Findable:
    facts = Facts(
        kind=row.kind,
        state=row.state,
        decided=decided,
        said=said_in(row.values, row.kind),
        output=row.output,
        is_handed_over=row.is_handed_over,
    )
    matter = matter_of(facts)
    is_out = matter is Matter.REPORT and facts.is_marked_public
    return Findable(
        kind=PAPERS.get(row.kind, "report"),
        ref=row.ref,
        title=row.title,
        text=plain_text(row.kind, row.values),
        language=row.language,
        matter=None if is_out else matter,
        page=(DOCUMENT, row.ref),
    )


def _rounds(session: Session, refs: Refs) -> Iterator[Findable]:
    for row in rows_of(session, "round", refs):
        yield Findable(
            kind="round",
            ref=row.ref,
            title=row.title,
            language=row.language,
            matter=Matter.ROUND,
        )


def _remarks(session: Session, refs: Refs) -> Iterator[Findable]:
    for row in rows_of(session, "remark", refs):
        yield _remark(row)


def _remark(row: Any) -> Findable:
    return Findable(
        kind="remark",
        ref=row.ref,
        text=row.text,
        matter=Matter.ROUND,
        page=("round", row.round),
        party=row.party,
        is_sealed=is_sealed(row),
    )


def sealed_remarks(session: Session, party: Party) -> Iterator[Findable]:
    """Yield what a party has said under a seal that is not open yet."""
    yield from map(_remark, sealed_rows(session, party))


def _hearings(session: Session, refs: Refs) -> Iterator[Findable]:
    for row in rows_of(session, "hearing", refs):
        is_out = row.is_public and row.opened_at is not None
        yield Findable(
            kind="hearing",
            ref=row.ref,
            text=row.background,
            matter=None if is_out else Matter.ROUND,
        )


def _cases(session: Session, refs: Refs) -> Iterator[Findable]:
    for row in rows_of(session, "case", refs):
        yield Findable(
            kind="case",
            ref=row.ref,
            title=row.title,
            text=row.archive_number or "",
            language=row.language,
            matter=_matter_of_case(row.restricted),
        )


def _items(session: Session, refs: Refs) -> Iterator[Findable]:
    """Each item as it was last corrected."""
    latest = {row.ref: row for row in rows_of(session, "decision_item", refs)}
    for row in latest.values():
        yield Findable(
            kind="decision_item",
            ref=row.ref,
            text=row.text if row.now is None else row.now,
            matter=_matter_of_case(row.restricted),
            page=("treatment", row.treatment),
        )


def _follow_ups(session: Session, refs: Refs) -> Iterator[Findable]:
    """Each follow-up as it was last reported on."""
    latest = {row.ref: row for row in rows_of(session, "followup", refs)}
    for row in latest.values():
        yield Findable(
            kind="followup",
            ref=row.ref,
            text=" ".join(filter(None, (row.text, row.evidence))),
            matter=_matter_of_case(row.restricted),
        )


def _major(version: Any) -> int:
    return int(version.number.partition(".")[0])


def _matter_of_case(restricted: str | None) -> Matter:
    return Matter.RESTRICTED_CASE if restricted else Matter.CASE


FINDABLE: dict[str, Texts] = {
    "project": _projects,
    "output": _outputs,
    DOCUMENT: _documents,
    "round": _rounds,
    "remark": _remarks,
    "hearing": _hearings,
    "case": _cases,
    "decision_item": _items,
    "followup": _follow_ups,
}
